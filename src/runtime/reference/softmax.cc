// SPDX-License-Identifier: Apache-2.0
//
// Softmax and LogSoftmax.
#include <algorithm>
#include <cmath>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

/// Rows of `extent` elements, `inner` apart.
struct Rows {
  std::size_t outer;
  std::size_t extent;
  std::size_t inner;
};

Result<Rows> ResolveRows(const Operands& op) {
  const Shape& shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", -1), shape.size()));
  return Rows{ExtentProduct(shape, 0, axis),
              ExtentProduct(shape, axis, axis + 1),
              ExtentProduct(shape, axis + 1, shape.size())};
}

/// Replaces every x by x - log(sum of exp(row)).
void LogSoftmaxRows(const Rows& rows, std::vector<double>& values) {
  for (std::size_t row = 0; row < rows.outer * rows.inner; ++row) {
    double* first = values.data() +
                    row / rows.inner * rows.extent * rows.inner +
                    row % rows.inner;
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < rows.extent; ++i) {
      largest = std::max(largest, first[i * rows.inner]);
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < rows.extent; ++i) {
      sum += std::exp(first[i * rows.inner] - largest);
    }
    const double shift = largest + std::log(sum);
    for (std::size_t i = 0; i < rows.extent; ++i) {
      first[i * rows.inner] -= shift;
    }
  }
}

Result<std::vector<Tensor>> LogSoftmax(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Rows rows, ResolveRows(op));
  std::vector<double> values = ToDoubles(op[0]);
  LogSoftmaxRows(rows, values);
  return std::vector{FromDoubles(op[0].type(), op[0].shape(), values)};
}

Result<std::vector<Tensor>> Softmax(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Rows rows, ResolveRows(op));
  std::vector<double> values = ToDoubles(op[0]);
  LogSoftmaxRows(rows, values);
  for (double& value : values) {
    value = std::exp(value);
  }
  return std::vector{FromDoubles(op[0].type(), op[0].shape(), values)};
}

constexpr KernelEntry kTable[] = {
    {"LogSoftmax", 1, LogSoftmax},
    {"Softmax", 1, Softmax},
};

}  // namespace

KernelTable SoftmaxKernels() { return kTable; }

}  // namespace mien::reference
