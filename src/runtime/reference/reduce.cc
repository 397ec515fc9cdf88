// SPDX-License-Identifier: Apache-2.0
//
// Reductions over axes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"
#include "runtime/reference/offset_copy.h"

namespace mien::reference {
namespace {

/// A reduction: start, then step for every value, then finish.
struct Reduction {
  std::string_view op_type;
  double start;
  double (*step)(double sum, double x);
  double (*finish)(double sum, double count);
};

double Unchanged(double sum, double) { return sum; }

double Plus(double sum, double x) { return sum + x; }

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr Reduction kReductions[] = {
    {"ReduceL1",
     0.0,
     [](double sum, double x) { return sum + std::abs(x); },
     Unchanged},
    {"ReduceL2",
     0.0,
     [](double sum, double x) { return sum + x * x; },
     [](double sum, double) { return std::sqrt(sum); }},
    {"ReduceMax",
     -kInfinity,
     [](double sum, double x) { return std::max(sum, x); },
     Unchanged},
    {"ReduceMean",
     0.0,
     Plus,
     [](double sum, double count) { return sum / count; }},
    {"ReduceMin",
     kInfinity,
     [](double sum, double x) { return std::min(sum, x); },
     Unchanged},
    {"ReduceProd",
     1.0,
     [](double sum, double x) { return sum * x; },
     Unchanged},
    {"ReduceSum", 0.0, Plus, Unchanged},
    {"ReduceSumSquare",
     0.0,
     [](double sum, double x) { return sum + x * x; },
     Unchanged},
};

/// The axes to reduce; all of them, or none, where none are named.
Result<std::vector<std::size_t>> ReducedAxes(const Operands& op) {
  const std::vector<std::int64_t> given = op.node().Ints("axes", {});
  const std::size_t rank = op[0].shape().size();
  if (!given.empty()) {
    return CheckedAxes(given, rank);
  }
  std::vector<std::size_t> axes;
  if (op.node().Int("noop_with_empty_axes", 0) == 0) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  return axes;
}

/// `x` with the axes to be reduced moved behind all others.
struct MovedLast {
  std::vector<double> values;
  Shape kept;         ///< the result's extents with every axis
  std::size_t count;  ///< values that become one
};

Result<MovedLast> MoveLast(const Operands& op,
                           const std::vector<std::size_t>& reduced) {
  const Shape& shape = op[0].shape();
  const std::vector<AxisOffsets> source = IdentityOffsets(shape);
  std::vector<AxisOffsets> axes;
  MovedLast moved{{}, shape, 1};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (std::ranges::find(reduced, axis) == reduced.end()) {
      axes.push_back(source[axis]);
    }
  }
  for (const std::size_t axis : reduced) {
    axes.push_back(source[axis]);
    moved.count *= static_cast<std::size_t>(shape[axis]);
    moved.kept[axis] = 1;
  }
  MIEN_ASSIGN_OR_RETURN(const Tensor x, CopyByOffsets(op, op[0], axes));
  moved.values = ToDoubles(x);
  return moved;
}

Shape WithoutAxes(const Shape& shape, const std::vector<std::size_t>& removed) {
  Shape rest;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (std::ranges::find(removed, axis) == removed.end()) {
      rest.push_back(shape[axis]);
    }
  }
  return rest;
}

Result<std::vector<Tensor>> Reduce(const Operands& op) {
  const Reduction& reduction =
      *std::ranges::find(kReductions, op.node().op_type, &Reduction::op_type);
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::size_t> axes, ReducedAxes(op));
  MIEN_ASSIGN_OR_RETURN(const MovedLast x, MoveLast(op, axes));
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(x.kept));
  std::vector<double> y(size, reduction.start);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < x.count; ++k) {
      y[i] = reduction.step(y[i], x.values[i * x.count + k]);
    }
    y[i] = reduction.finish(y[i], static_cast<double>(x.count));
  }
  const bool keeps_axes = op.node().Int("keepdims", 1) != 0;
  return std::vector{FromDoubles(
      op[0].type(), keeps_axes ? x.kept : WithoutAxes(x.kept, axes), y)};
}

/// ArgMax and ArgMin: the first index of the extreme, or the last on request.
Result<std::vector<Tensor>> ArgExtreme(const Operands& op) {
  const double sign = op.node().op_type == "ArgMax" ? 1.0 : -1.0;
  const bool takes_last = op.node().Int("select_last_index", 0) != 0;
  MIEN_ASSIGN_OR_RETURN(
      const std::size_t axis,
      NormalizeAxis(op.node().Int("axis", 0), op[0].shape().size()));
  MIEN_ASSIGN_OR_RETURN(const MovedLast x, MoveLast(op, {axis}));
  if (x.count == 0) {
    return Misfit("axis " + std::to_string(axis) + " of " +
                  ShapeText(op[0].shape()) + " is empty");
  }
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(x.kept));
  std::vector<std::int64_t> y(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double* row = x.values.data() + i * x.count;
    std::size_t best = 0;
    for (std::size_t k = 1; k < x.count; ++k) {
      const double gain = sign * (row[k] - row[best]);
      best = gain > 0.0 || (takes_last && gain == 0.0) ? k : best;
    }
    y[i] = static_cast<std::int64_t>(best);
  }
  const bool keeps_axes = op.node().Int("keepdims", 1) != 0;
  return std::vector{
      Tensor::Int64(keeps_axes ? x.kept : WithoutAxes(x.kept, {axis}), y)};
}

std::vector<KernelEntry> MakeReduceTable() {
  std::vector<KernelEntry> table = {{"ArgMax", 1, ArgExtreme},
                                    {"ArgMin", 1, ArgExtreme}};
  for (const Reduction& reduction : kReductions) {
    table.push_back({reduction.op_type, 1, Reduce});
  }
  return table;
}

}  // namespace

KernelTable ReduceKernels() {
  static const std::vector<KernelEntry> table = MakeReduceTable();
  return table;
}

}  // namespace mien::reference
