// SPDX-License-Identifier: Apache-2.0
//
// Normalisations with statistics from training, of planes, rows and vectors.
#include <algorithm>
#include <cmath>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

constexpr float kDefaultEpsilon = 1e-5F;

/// Channels of input [N, C, ...], whose inputs [first, last] hold one number a
/// channel.
Result<std::size_t> CheckedChannels(const Operands& op,
                                    std::size_t first,
                                    std::size_t last) {
  const Shape& shape = op[0].shape();
  if (shape.size() < 2) {
    return Misfit("input " + ShapeText(shape) + " has no channels");
  }
  for (std::size_t i = first; i <= last; ++i) {
    if (op[i].shape() != Shape{shape[1]}) {
      return Misfit("expects " + ShapeText(op[i].shape()) +
                    " channels, got input " + ShapeText(shape));
    }
  }
  return static_cast<std::size_t>(shape[1]);
}

/// Ioffe and Szegedy 2015, arXiv:1502.03167, at inference.
Result<std::vector<Tensor>> BatchNormalization(const Operands& op) {
  if (op.node().Int("training_mode", 0) != 0) {
    return Unhandled("training_mode");
  }
  MIEN_ASSIGN_OR_RETURN(const std::size_t channels, CheckedChannels(op, 1, 4));
  const double epsilon = op.node().Float("epsilon", kDefaultEpsilon);
  const std::vector<double> gamma = ToDoubles(op[1]);
  const std::vector<double> beta = ToDoubles(op[2]);
  const std::vector<double> mean = ToDoubles(op[3]);
  const std::vector<double> variance = ToDoubles(op[4]);
  const Shape& shape = op[0].shape();
  const std::size_t plane = ExtentProduct(shape, 2, shape.size());
  std::vector<double> values = ToDoubles(op[0]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = i / plane % channels;
    values[i] =
        (values[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * gamma[c] +
        beta[c];
  }
  return std::vector{FromDoubles(op[0].type(), shape, values)};
}

/// Gives each run of `size` values mean 0 and deviation 1.
void Standardize(std::vector<double>& values,
                 std::size_t size,
                 double epsilon) {
  const auto count = static_cast<double>(size);
  for (std::size_t first = 0; size > 0 && first < values.size();
       first += size) {
    double* run = values.data() + first;
    double mean = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
      mean += run[i] / count;
    }
    double variance = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
      variance += (run[i] - mean) * (run[i] - mean) / count;
    }
    for (std::size_t i = 0; i < size; ++i) {
      run[i] = (run[i] - mean) / std::sqrt(variance + epsilon);
    }
  }
}

/// Multiplies by inputs 1 and adds inputs 2, one number a channel.
void ScaleChannels(const Operands& op,
                   std::size_t channels,
                   std::vector<double>& values) {
  const Shape& shape = op[0].shape();
  const std::size_t plane = ExtentProduct(shape, 2, shape.size());
  const std::vector<double> scale = ToDoubles(op[1]);
  const std::vector<double> shift = ToDoubles(op[2]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = i / plane % channels;
    values[i] = values[i] * scale[c] + shift[c];
  }
}

/// Ulyanov et al. 2016, arXiv:1607.08022.
Result<std::vector<Tensor>> InstanceNormalization(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const std::size_t channels, CheckedChannels(op, 1, 2));
  const Shape& shape = op[0].shape();
  std::vector<double> values = ToDoubles(op[0]);
  Standardize(values,
              ExtentProduct(shape, 2, shape.size()),
              op.node().Float("epsilon", kDefaultEpsilon));
  ScaleChannels(op, channels, values);
  return std::vector{FromDoubles(op[0].type(), shape, values)};
}

/// `tensor` stretched to `shape`.
Result<std::vector<double>> Stretched(const Operands& op,
                                      const Tensor& tensor,
                                      const Shape& shape) {
  MIEN_ASSIGN_OR_RETURN(const Shape joint,
                        BroadcastShape(tensor.shape(), shape));
  if (joint != shape) {
    return Misfit("shape " + ShapeText(tensor.shape()) +
                  " does not stretch to " + ShapeText(shape));
  }
  MIEN_ASSIGN_OR_RETURN(const Tensor wide, BroadcastTo(op, tensor, shape));
  return ToDoubles(wide);
}

/// Ba et al. 2016, arXiv:1607.06450.
Result<std::vector<Tensor>> LayerNormalization(const Operands& op) {
  const Shape& shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", -1), shape.size()));
  std::vector<double> values = ToDoubles(op[0]);
  Standardize(values,
              ExtentProduct(shape, axis, shape.size()),
              op.node().Float("epsilon", kDefaultEpsilon));
  MIEN_ASSIGN_OR_RETURN(const std::vector<double> scale,
                        Stretched(op, op[1], shape));
  std::vector<double> shift(values.size());
  if (op.Has(2)) {
    MIEN_ASSIGN_OR_RETURN(shift, Stretched(op, op[2], shape));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = values[i] * scale[i] + shift[i];
  }
  return std::vector{FromDoubles(op[0].type(), shape, values)};
}

Result<std::vector<Tensor>> LpNormalization(const Operands& op) {
  const Shape& shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", -1), shape.size()));
  const std::int64_t p = op.node().Int("p", 2);
  if (p != 1 && p != 2) {
    return Misfit("p is " + std::to_string(p) + "; must be 1 or 2");
  }
  const std::size_t inner = ExtentProduct(shape, axis + 1, shape.size());
  const auto extent = static_cast<std::size_t>(shape[axis]);
  std::vector<double> values = ToDoubles(op[0]);
  for (std::size_t row = 0; row * extent < values.size(); ++row) {
    double* first = values.data() + row / inner * extent * inner + row % inner;
    double norm = 0.0;
    for (std::size_t i = 0; i < extent; ++i) {
      const double value = first[i * inner];
      norm += p == 1 ? std::abs(value) : value * value;
    }
    norm = p == 1 ? norm : std::sqrt(norm);
    for (std::size_t i = 0; norm > 0.0 && i < extent; ++i) {
      first[i * inner] /= norm;
    }
  }
  return std::vector{FromDoubles(op[0].type(), shape, values)};
}

/// Across channels; Krizhevsky et al. 2012, section 3.3.
Result<std::vector<Tensor>> Lrn(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const std::size_t channels, CheckedChannels(op, 1, 0));
  const std::int64_t size = op.node().Int("size", 0);
  if (size < 1 || size > op.options().max_elements) {
    return Misfit("size is " + std::to_string(size) + "; must be >= 1");
  }
  const double alpha = op.node().Float("alpha", 1e-4F);
  const double beta = op.node().Float("beta", 0.75F);
  const double bias = op.node().Float("bias", 1.0F);
  const auto before = static_cast<std::size_t>((size - 1) / 2);
  const auto after = static_cast<std::size_t>(size) - 1 - before;
  const Shape& shape = op[0].shape();
  const std::size_t plane = ExtentProduct(shape, 2, shape.size());
  const std::vector<double> x = ToDoubles(op[0]);
  std::vector<double> y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = i / plane % channels;
    const std::size_t begin = c - std::min(c, before);
    const std::size_t end = std::min(c + after + 1, channels);
    double sum = 0.0;
    for (std::size_t k = begin; k < end; ++k) {
      const double neighbour = x[i - c * plane + k * plane];
      sum += neighbour * neighbour;
    }
    y[i] =
        x[i] / std::pow(bias + alpha / static_cast<double>(size) * sum, beta);
  }
  return std::vector{FromDoubles(op[0].type(), shape, y)};
}

constexpr KernelEntry kTable[] = {
    {"BatchNormalization", 5, BatchNormalization},
    {"InstanceNormalization", 3, InstanceNormalization},
    {"LRN", 1, Lrn},
    {"LayerNormalization", 2, LayerNormalization},
    {"LpNormalization", 1, LpNormalization},
};

}  // namespace

KernelTable NormalizationKernels() { return kTable; }

}  // namespace mien::reference
