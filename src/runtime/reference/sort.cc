// SPDX-License-Identifier: Apache-2.0
//
// TopK.
#include <algorithm>
#include <numeric>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

/// The first `k` positions of a row in the wanted order; of equal values the
/// earlier goes first.
std::vector<std::size_t> TopPositions(const std::vector<double>& row,
                                      std::size_t k,
                                      bool largest) {
  std::vector<std::size_t> order(row.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return largest ? row[a] > row[b] : row[a] < row[b];
  });
  order.resize(k);
  return order;
}

Result<std::vector<Tensor>> TopK(const Operands& op) {
  Shape shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", -1), shape.size()));
  MIEN_ASSIGN_OR_RETURN(const auto given, op.Ints(1));
  const std::int64_t k = given.size() == 1 ? given.front() : -1;
  if (k < 0 || k > shape[axis]) {
    return Misfit("k is " + std::to_string(k) + "; axis " +
                  std::to_string(axis) + " of " + ShapeText(shape));
  }
  const bool largest = op.node().Int("largest", 1) != 0;
  const std::vector<double> x = ToDoubles(op[0]);
  const auto extent = static_cast<std::size_t>(shape[axis]);
  const auto kept = static_cast<std::size_t>(k);
  const std::size_t inner = ExtentProduct(shape, axis + 1, shape.size());
  const std::size_t outer = ExtentProduct(shape, 0, axis);
  std::vector<double> values(outer * kept * inner);
  std::vector<std::int64_t> indices(values.size());
  std::vector<double> row(extent);
  for (std::size_t i = 0; i < outer * inner; ++i) {
    const std::size_t first = i / inner * extent * inner + i % inner;
    for (std::size_t j = 0; j < extent; ++j) {
      row[j] = x[first + j * inner];
    }
    const std::vector<std::size_t> top = TopPositions(row, kept, largest);
    for (std::size_t j = 0; j < kept; ++j) {
      const std::size_t target = (i / inner * kept + j) * inner + i % inner;
      values[target] = row[top[j]];
      indices[target] = static_cast<std::int64_t>(top[j]);
    }
  }
  shape[axis] = k;
  return std::vector{FromDoubles(op[0].type(), shape, values),
                     Tensor::Int64(shape, indices)};
}

constexpr KernelEntry kTable[] = {{"TopK", 2, TopK}};

}  // namespace

KernelTable SortKernels() { return kTable; }

}  // namespace mien::reference
