// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/operands.h"

#include <algorithm>
#include <utility>

#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

/// Extents beside a zero cost memory where offsets are listed by axis.
constexpr std::int64_t kMostBesideZero = std::int64_t{1} << 22U;

}  // namespace

Result<std::vector<std::int64_t>> Operands::Ints(std::size_t i) const {
  if (!Has(i)) {
    return Misfit("input " + std::to_string(i) + " is missing");
  }
  if (!IsInteger(inputs_[i]->type())) {
    return Misfit("input " + std::to_string(i) + " is " +
                  std::string(DataTypeName(inputs_[i]->type())) +
                  "; must be integers");
  }
  return inputs_[i]->ToInts();
}

Result<std::vector<std::int64_t>> Operands::IntsOr(
    std::size_t i, std::vector<std::int64_t> fallback) const {
  return Has(i) ? Ints(i) : Result(std::move(fallback));
}

Result<double> Operands::Number(std::size_t i, double fallback) const {
  if (!Has(i)) {
    return fallback;
  }
  const std::vector<double> values = ToDoubles(*inputs_[i]);
  if (values.size() != 1) {
    return Misfit("input " + std::to_string(i) + " has " +
                  std::to_string(values.size()) + " elements; must be one");
  }
  return values.front();
}

Result<std::size_t> Operands::CheckedSize(const Shape& shape) const {
  if (shape.size() > kMaxRank) {
    return Misfit("has rank " + std::to_string(shape.size()) +
                  "; must be at most " + std::to_string(kMaxRank));
  }
  const std::int64_t limit = options_.max_elements;
  std::int64_t size = 1;
  bool is_empty = false;
  for (const std::int64_t extent : shape) {
    if (extent < 0) {
      return Misfit("shape " + ShapeText(shape) + " has a negative extent");
    }
    // Extents beside a zero count as well: strides are made of them.
    is_empty = is_empty || extent == 0;
    if (extent > 0 && size > limit / extent) {
      return Misfit("shape " + ShapeText(shape) + " has more than " +
                    std::to_string(limit) + " elements");
    }
    size *= std::max<std::int64_t>(extent, 1);
  }
  if (is_empty && size > kMostBesideZero) {
    return Misfit("shape " + ShapeText(shape) +
                  " is empty, yet has more than " +
                  std::to_string(kMostBesideZero) + " places beside the zero");
  }
  return is_empty ? 0 : static_cast<std::size_t>(size);
}

Error Misfit(std::string message) {
  return {ErrorCode::kCorruptModel, std::move(message)};
}

Error Unhandled(std::string message) {
  return {ErrorCode::kUnsupported, std::move(message)};
}

Result<std::vector<std::size_t>> CheckedAxes(std::span<const std::int64_t> axes,
                                             std::size_t rank) {
  if (axes.size() > kMaxRank) {
    return Misfit("names " + std::to_string(axes.size()) + " axes");
  }
  std::vector<std::size_t> checked;
  for (const std::int64_t axis : axes) {
    MIEN_ASSIGN_OR_RETURN(const std::size_t index, NormalizeAxis(axis, rank));
    if (std::ranges::find(checked, index) != checked.end()) {
      return Misfit("axis " + std::to_string(axis) + " is named twice");
    }
    checked.push_back(index);
  }
  return checked;
}

std::size_t ExtentProduct(const Shape& shape,
                          std::size_t begin,
                          std::size_t end) {
  std::size_t product = 1;
  for (std::size_t axis = begin; axis < end; ++axis) {
    product *= static_cast<std::size_t>(shape[axis]);
  }
  return product;
}

std::vector<std::int64_t> RowMajorStrides(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

}  // namespace mien::reference
