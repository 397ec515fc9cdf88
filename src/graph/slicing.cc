// SPDX-License-Identifier: Apache-2.0
#include "graph/slicing.h"

#include <algorithm>
#include <limits>

namespace mien {
namespace {

Error Corrupt(std::string what) {
  return {ErrorCode::kCorruptModel, std::move(what)};
}

/// One axis of `extent` elements; `step` is not 0.
SliceAxis ClampAxis(std::int64_t extent,
                    std::int64_t start,
                    std::int64_t end,
                    std::int64_t step) {
  const auto from_front = [extent](std::int64_t index) {
    return index < 0 ? index + extent : index;
  };
  // A step that overshoots any axis, so that the distance below cannot
  // overflow.
  step = std::clamp(step,
                    -std::numeric_limits<std::int64_t>::max() / 4,
                    std::numeric_limits<std::int64_t>::max() / 4);
  if (step > 0) {
    start = std::clamp<std::int64_t>(from_front(start), 0, extent);
    end = std::clamp<std::int64_t>(from_front(end), 0, extent);
    const std::int64_t distance = std::max<std::int64_t>(end - start, 0);
    return {start, step, (distance + step - 1) / step};
  }
  start = std::clamp<std::int64_t>(from_front(start), -1, extent - 1);
  end = std::clamp<std::int64_t>(from_front(end), -1, extent - 1);
  const std::int64_t distance = std::max<std::int64_t>(start - end, 0);
  return {start, step, (distance - step - 1) / -step};
}

}  // namespace

Result<std::size_t> NormalizeAxis(std::int64_t axis, std::size_t rank) {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis >= count) {
    return Corrupt("axis " + std::to_string(axis) + " is not in [" +
                   std::to_string(-count) + ", " + std::to_string(count - 1) +
                   "]");
  }
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

Result<std::vector<SliceAxis>> ResolveSlice(
    const Shape& shape,
    std::span<const std::int64_t> starts,
    std::span<const std::int64_t> ends,
    std::span<const std::int64_t> axes,
    std::span<const std::int64_t> steps) {
  const bool is_matching = starts.size() == ends.size() &&
                           starts.size() <= shape.size() &&
                           (axes.empty() || axes.size() == starts.size()) &&
                           (steps.empty() || steps.size() == starts.size());
  if (!is_matching) {
    return Corrupt(
        "starts, ends, axes and steps differ in length, or are more "
        "than the axes of " +
        ShapeText(shape));
  }
  std::vector<SliceAxis> slices;
  for (const std::int64_t extent : shape) {
    slices.push_back({0, 1, extent});
  }
  std::vector<bool> is_taken(shape.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(
        const std::size_t axis,
        NormalizeAxis(axes.empty() ? static_cast<std::int64_t>(i) : axes[i],
                      shape.size()));
    const std::int64_t step = steps.empty() ? 1 : steps[i];
    if (is_taken[axis] || step == 0) {
      return Corrupt(step == 0
                         ? "step is 0"
                         : "axis " + std::to_string(axis) + " stands twice");
    }
    is_taken[axis] = true;
    slices[axis] = ClampAxis(shape[axis], starts[i], ends[i], step);
  }
  return slices;
}

}  // namespace mien
