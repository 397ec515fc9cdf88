// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/operands.h"

#include <algorithm>
#include <utility>

#include "runtime/reference/numbers.h"

namespace mien::reference {

Result<std::optional<std::vector<std::int64_t>>> Operands::IntsArgument(
    std::size_t i, std::string_view key) const {
  using Ints = std::optional<std::vector<std::int64_t>>;
  if (Has(i)) {
    if (!IsInteger(inputs_[i]->type())) {
      return Misfit(std::string(key) + " are " +
                    std::string(DataTypeName(inputs_[i]->type())) +
                    "; must be integers");
    }
    return Ints{inputs_[i]->ToInts()};
  }
  if (node_.Has(key)) {
    return Ints{node_.Ints(key, {})};
  }
  return Ints{};
}

Result<std::vector<std::int64_t>> Operands::RequiredInts(
    std::size_t i, std::string_view key) const {
  MIEN_ASSIGN_OR_RETURN(auto given, IntsArgument(i, key));
  if (!given) {
    return Misfit("has no " + std::string(key));
  }
  return *std::move(given);
}

Result<double> Operands::NumberArgument(std::size_t i,
                                        std::string_view key,
                                        double fallback) const {
  if (!Has(i)) {
    return static_cast<double>(node_.Float(key, static_cast<float>(fallback)));
  }
  const std::vector<double> values = ToDoubles(*inputs_[i]);
  if (values.size() != 1) {
    return Misfit(std::string(key) + " has " + std::to_string(values.size()) +
                  " elements; must be one");
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
  return is_empty ? 0 : static_cast<std::size_t>(size);
}

Error Misfit(std::string message) {
  return {ErrorCode::kCorruptModel, std::move(message)};
}

Error Unhandled(std::string message) {
  return {ErrorCode::kUnsupported, std::move(message)};
}

Result<std::size_t> CheckedAxis(std::int64_t axis, std::size_t rank) {
  const auto signed_rank = static_cast<std::int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank) {
    return Misfit("axis is " + std::to_string(axis) + "; the rank is " +
                  std::to_string(rank));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + signed_rank : axis);
}

Result<std::vector<std::size_t>> CheckedAxes(std::span<const std::int64_t> axes,
                                             std::size_t rank) {
  if (axes.size() > kMaxRank) {
    return Misfit("names " + std::to_string(axes.size()) + " axes");
  }
  std::vector<std::size_t> checked;
  for (const std::int64_t axis : axes) {
    MIEN_ASSIGN_OR_RETURN(const std::size_t index, CheckedAxis(axis, rank));
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
