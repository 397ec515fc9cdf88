// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic of two or more tensors, element by element with broadcasting.
#include <algorithm>
#include <cmath>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

template <typename Function>
Result<Tensor> Combine(const Operands& op,
                       const Tensor& a,
                       const Tensor& b,
                       Function function) {
  if (a.type() != b.type()) {
    return Misfit("operands are " + std::string(DataTypeName(a.type())) +
                  " and " + std::string(DataTypeName(b.type())));
  }
  MIEN_ASSIGN_OR_RETURN(const Shape shape,
                        BroadcastShape(a.shape(), b.shape()));
  MIEN_ASSIGN_OR_RETURN(const Tensor wide_a, BroadcastTo(op, a, shape));
  MIEN_ASSIGN_OR_RETURN(const Tensor wide_b, BroadcastTo(op, b, shape));
  std::vector<double> values = ToDoubles(wide_a);
  const std::vector<double> others = ToDoubles(wide_b);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = function(values[i], others[i]);
  }
  return FromDoubles(a.type(), shape, values);
}

template <typename Function>
Result<std::vector<Tensor>> Binary(const Operands& op, Function function) {
  MIEN_ASSIGN_OR_RETURN(Tensor y, Combine(op, op[0], op[1], function));
  return std::vector{std::move(y)};
}

/// Any number of inputs, taken in pairs from the left.
template <typename Function>
Result<Tensor> Fold(const Operands& op, Function function) {
  Tensor y = op[0];
  for (std::size_t i = 1; i < op.num_inputs(); ++i) {
    if (!op.Has(i)) {
      return Misfit("input " + std::to_string(i) + " is missing");
    }
    MIEN_ASSIGN_OR_RETURN(y, Combine(op, y, op[i], function));
  }
  return y;
}

template <typename Function>
Result<std::vector<Tensor>> Variadic(const Operands& op, Function function) {
  MIEN_ASSIGN_OR_RETURN(Tensor y, Fold(op, function));
  return std::vector{std::move(y)};
}

double Sum(double a, double b) { return a + b; }

/// NaN if either is, as ONNX asks.
double Larger(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::max(a, b);
}

double Smaller(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::min(a, b);
}

Result<std::vector<Tensor>> Add(const Operands& op) { return Binary(op, Sum); }

Result<std::vector<Tensor>> Sub(const Operands& op) {
  return Binary(op, [](double a, double b) { return a - b; });
}

Result<std::vector<Tensor>> Mul(const Operands& op) {
  return Binary(op, [](double a, double b) { return a * b; });
}

/// Integers are cut towards zero by the conversion back; x / 0 becomes the
/// type's limit.
Result<std::vector<Tensor>> Div(const Operands& op) {
  return Binary(op, [](double a, double b) { return a / b; });
}

Result<std::vector<Tensor>> Mod(const Operands& op) {
  if (op.node().Int("fmod", 0) != 0) {
    return Binary(op, [](double a, double b) { return std::fmod(a, b); });
  }
  // The sign of the divisor, as Python's operator %.
  return Binary(op, [](double a, double b) {
    const double rest = std::fmod(a, b);
    return rest != 0.0 && (rest < 0.0) != (b < 0.0) ? rest + b : rest;
  });
}

Result<std::vector<Tensor>> Pow(const Operands& op) {
  // The exponent may have a type of its own.
  const Tensor exponent =
      FromDoubles(op[0].type(), op[1].shape(), ToDoubles(op[1]));
  MIEN_ASSIGN_OR_RETURN(Tensor y,
                        Combine(op, op[0], exponent, [](double a, double b) {
                          return std::pow(a, b);
                        }));
  return std::vector{std::move(y)};
}

/// One slope, or one per channel (extent 1 of x), whatever the slopes' extents:
/// He et al. 2015, arXiv:1502.01852.
Result<std::vector<Tensor>> PRelu(const Operands& op) {
  const Shape& shape = op[0].shape();
  const std::vector<double> slopes = ToDoubles(op[1]);
  const std::size_t channels =
      shape.size() < 2 ? 1 : static_cast<std::size_t>(shape[1]);
  if (slopes.size() != 1 && slopes.size() != channels) {
    return Misfit("slopes " + ShapeText(op[1].shape()) + " for input " +
                  ShapeText(shape));
  }
  std::vector<double> values = ToDoubles(op[0]);
  const std::size_t plane =
      shape.size() < 2 ? 1 : ExtentProduct(shape, 2, shape.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t channel = slopes.size() == 1 ? 0 : i / plane % channels;
    values[i] = values[i] < 0.0 ? slopes[channel] * values[i] : values[i];
  }
  return std::vector{FromDoubles(op[0].type(), shape, values)};
}

Result<std::vector<Tensor>> Max(const Operands& op) {
  return Variadic(op, Larger);
}

Result<std::vector<Tensor>> Min(const Operands& op) {
  return Variadic(op, Smaller);
}

Result<std::vector<Tensor>> SumOfAll(const Operands& op) {
  return Variadic(op, Sum);
}

Result<std::vector<Tensor>> Mean(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Tensor sum, Fold(op, Sum));
  std::vector<double> values = ToDoubles(sum);
  for (double& value : values) {
    value /= static_cast<double>(op.num_inputs());
  }
  return std::vector{FromDoubles(sum.type(), sum.shape(), values)};
}

constexpr KernelEntry kTable[] = {
    {"Add", 2, Add},
    {"Div", 2, Div},
    {"Max", 1, Max},
    {"Mean", 1, Mean},
    {"Min", 1, Min},
    {"Mod", 2, Mod},
    {"Mul", 2, Mul},
    {"PRelu", 2, PRelu},
    {"Pow", 2, Pow},
    {"Sub", 2, Sub},
    {"Sum", 1, SumOfAll},
};

}  // namespace

KernelTable BinaryKernels() { return kTable; }

}  // namespace mien::reference
