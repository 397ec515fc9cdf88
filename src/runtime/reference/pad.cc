// SPDX-License-Identifier: Apache-2.0
//
// Pad; negative pads crop.
#include <algorithm>
#include <optional>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"
#include "runtime/reference/offset_copy.h"

namespace mien::reference {
namespace {

enum class PadMode : std::uint8_t { kConstant, kReflect, kEdge };

Result<PadMode> ReadMode(const Node& node) {
  const std::string mode = node.String("mode", "constant");
  if (mode == "constant") {
    return PadMode::kConstant;
  }
  if (mode == "reflect") {
    return PadMode::kReflect;
  }
  if (mode == "edge") {
    return PadMode::kEdge;
  }
  return Misfit("unknown mode " + mode);
}

/// Pads at the beginning and the end of each axis.
struct Pads {
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
};

Result<Pads> ReadPads(const Operands& op) {
  const std::size_t rank = op[0].shape().size();
  MIEN_ASSIGN_OR_RETURN(const auto given, op.Ints(1));
  std::vector<std::int64_t> all(rank);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    all[axis] = static_cast<std::int64_t>(axis);
  }
  MIEN_ASSIGN_OR_RETURN(const auto named, op.IntsOr(3, all));
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::size_t> axes,
                        CheckedAxes(named, rank));
  if (given.size() != 2 * axes.size()) {
    return Misfit("needs " + std::to_string(2 * axes.size()) + " pads");
  }
  Pads pads{std::vector<std::int64_t>(rank), std::vector<std::int64_t>(rank)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    pads.begin[axes[i]] = given[i];
    pads.end[axes[i]] = given[i + axes.size()];
  }
  return pads;
}

/// The input index that padded index `i` shows on an axis of `extent`;
/// kOutside for the constant.
std::int64_t SourceIndex(PadMode mode, std::int64_t i, std::int64_t extent) {
  if (i >= 0 && i < extent) {
    return i;
  }
  switch (mode) {
    case PadMode::kConstant:
      return kOutside;
    case PadMode::kEdge:
      return std::clamp<std::int64_t>(i, 0, extent - 1);
    case PadMode::kReflect:
      break;
  }
  const std::int64_t period = std::max<std::int64_t>(1, 2 * (extent - 1));
  const std::int64_t phase = (i % period + period) % period;
  return std::min(phase, period - phase);
}

Result<AxisOffsets> PaddedAxis(const Operands& op,
                               PadMode mode,
                               std::int64_t begin,
                               std::int64_t end,
                               std::int64_t extent,
                               std::int64_t stride) {
  const std::int64_t limit = op.options().max_elements;
  const auto within = [limit](std::int64_t pad) {
    return pad >= -limit && pad <= limit;
  };
  if (!within(begin) || !within(end) || extent + begin + end < 0) {
    return Misfit("pads " + std::to_string(begin) + " and " +
                  std::to_string(end) + " on an extent of " +
                  std::to_string(extent));
  }
  if (extent == 0 && mode != PadMode::kConstant) {
    return Misfit("an empty axis has nothing to repeat");
  }
  const Shape padded = {extent + begin + end};
  MIEN_RETURN_IF_ERROR(op.CheckedSize(padded));
  AxisOffsets offsets;
  for (std::int64_t i = -begin; i < extent + end; ++i) {
    const std::int64_t source = SourceIndex(mode, i, extent);
    offsets.push_back(source == kOutside ? kOutside : source * stride);
  }
  return offsets;
}

Result<std::vector<Tensor>> Pad(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const PadMode mode, ReadMode(op.node()));
  MIEN_ASSIGN_OR_RETURN(const Pads pads, ReadPads(op));
  MIEN_ASSIGN_OR_RETURN(const double value, op.Number(2, 0.0));
  const Shape& shape = op[0].shape();
  const std::vector<std::int64_t> strides = RowMajorStrides(shape);
  std::vector<AxisOffsets> axes;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(
        AxisOffsets axis,
        PaddedAxis(op, mode, pads.begin[i], pads.end[i], shape[i], strides[i]));
    axes.push_back(std::move(axis));
  }
  const double fill_value[] = {value};
  const Tensor fill = FromDoubles(op[0].type(), {}, fill_value);
  MIEN_ASSIGN_OR_RETURN(Tensor y, CopyByOffsets(op, op[0], axes, fill.bytes()));
  return std::vector{std::move(y)};
}

constexpr KernelEntry kTable[] = {{"Pad", 2, Pad}};

}  // namespace

KernelTable PadKernels() { return kTable; }

}  // namespace mien::reference
