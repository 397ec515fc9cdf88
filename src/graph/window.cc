// SPDX-License-Identifier: Apache-2.0
#include "graph/window.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace mien {
namespace {

/// Nothing in an attribute may be larger, so that sums of a few of them and
/// products of two cannot overflow.
constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();

enum class AutoPad { kNotSet, kValid, kSameUpper, kSameLower };

struct WindowNode {
  const Node& node;
  int opset;
  std::size_t num_axes;

  [[nodiscard]] Error Corrupt(const std::string& what) const {
    return {ErrorCode::kCorruptModel, DescribeNode(node, opset) + ": " + what};
  }

  /// Attribute `key` with `count` entries in [lowest, kLargest].
  [[nodiscard]] Result<std::vector<std::int64_t>> Ints(
      std::string_view key,
      std::vector<std::int64_t> fallback,
      std::int64_t lowest) const {
    std::vector<std::int64_t> values = node.Ints(key, fallback);
    if (values.empty()) {
      values = fallback;
    }
    const bool is_in_range =
        std::ranges::all_of(values, [lowest](std::int64_t value) {
          return value >= lowest && value <= kLargest;
        });
    if (values.size() != fallback.size() || !is_in_range) {
      return Corrupt(std::string(key) + " is " + ShapeText(values) +
                     "; must be " + std::to_string(fallback.size()) +
                     " numbers >= " + std::to_string(lowest));
    }
    return values;
  }

  [[nodiscard]] Result<AutoPad> ReadAutoPad() const {
    static constexpr std::array<std::pair<std::string_view, AutoPad>, 4>
        kNames = {{{"NOTSET", AutoPad::kNotSet},
                   {"VALID", AutoPad::kValid},
                   {"SAME_UPPER", AutoPad::kSameUpper},
                   {"SAME_LOWER", AutoPad::kSameLower}}};
    const std::string text = node.String("auto_pad", "NOTSET");
    for (const auto& [name, value] : kNames) {
      if (text == name) {
        return value;
      }
    }
    return Corrupt("auto_pad is '" + text + "'");
  }
};

/// Extent that a dilated window covers.
std::int64_t Covered(const WindowAxis& axis) {
  return axis.dilation * (axis.kernel - 1) + 1;
}

/// Splits `total` padding; the odd element goes to the end, or to the beginning
/// for SAME_LOWER.
void Distribute(std::int64_t total, bool is_upper, WindowAxis& axis) {
  axis.pad_begin = is_upper ? total / 2 : total - total / 2;
  axis.pad_end = total - axis.pad_begin;
}

Result<std::vector<WindowAxis>> ReadAxes(const WindowNode& window,
                                         const Shape& x,
                                         const Shape& weight) {
  const std::size_t n = window.num_axes;
  std::vector<std::int64_t> kernel(n, 1);
  if (!weight.empty()) {
    kernel.assign(weight.begin() + 2, weight.end());
  } else if (!window.node.Has("kernel_shape")) {
    return window.Corrupt("has no kernel_shape");
  }
  MIEN_ASSIGN_OR_RETURN(const auto stated,
                        window.Ints("kernel_shape", kernel, 1));
  if (!weight.empty() && stated != kernel) {
    return window.Corrupt("kernel_shape is " + ShapeText(stated) +
                          ", but the weights are " + ShapeText(weight));
  }
  const std::vector<std::int64_t> ones(n, 1);
  MIEN_ASSIGN_OR_RETURN(const auto strides, window.Ints("strides", ones, 1));
  MIEN_ASSIGN_OR_RETURN(const auto dilations,
                        window.Ints("dilations", ones, 1));
  MIEN_ASSIGN_OR_RETURN(
      const auto pads,
      window.Ints("pads", std::vector<std::int64_t>(2 * n, 0), 0));
  std::vector<WindowAxis> axes(n);
  for (std::size_t i = 0; i < n; ++i) {
    axes[i] = {.kernel = stated[i],
               .stride = strides[i],
               .dilation = dilations[i],
               .pad_begin = pads[i],
               .pad_end = pads[n + i],
               .in = x[i + 2]};
    if (axes[i].in < 1 || axes[i].in > kLargest ||
        Covered(axes[i]) > kLargest) {
      return window.Corrupt("cannot slide a window over " + ShapeText(x));
    }
  }
  return axes;
}

/// Sets pads and out of one axis of a convolution or pooling.
Result<void> ResolveForward(const WindowNode& window,
                            AutoPad auto_pad,
                            bool is_ceil_mode,
                            WindowAxis& axis) {
  if (auto_pad == AutoPad::kSameUpper || auto_pad == AutoPad::kSameLower) {
    axis.out = (axis.in + axis.stride - 1) / axis.stride;
    const std::int64_t total =
        (axis.out - 1) * axis.stride + Covered(axis) - axis.in;
    Distribute(std::max<std::int64_t>(total, 0),
               auto_pad == AutoPad::kSameUpper,
               axis);
    return {};
  }
  if (auto_pad == AutoPad::kValid) {
    axis.pad_begin = 0;
    axis.pad_end = 0;
  }
  const std::int64_t room =
      axis.in + axis.pad_begin + axis.pad_end - Covered(axis);
  if (room < 0) {
    return window.Corrupt("a window of " + std::to_string(Covered(axis)) +
                          " does not fit an extent of " +
                          std::to_string(axis.in) + " with padding " +
                          std::to_string(axis.pad_begin) + " and " +
                          std::to_string(axis.pad_end));
  }
  axis.out = room / axis.stride + 1;
  const bool is_partial = room % axis.stride != 0;
  if (is_ceil_mode && is_partial &&
      axis.out * axis.stride < axis.in + axis.pad_begin) {
    ++axis.out;
  }
  return {};
}

/// Sets pads and out of one axis of a transposed convolution; `wanted` is its
/// entry of output_shape, or 0.
Result<void> ResolveTransposed(const WindowNode& window,
                               AutoPad auto_pad,
                               std::int64_t output_padding,
                               std::int64_t wanted,
                               WindowAxis& axis) {
  const std::int64_t whole =
      axis.stride * (axis.in - 1) + output_padding + Covered(axis);
  const bool is_same =
      auto_pad == AutoPad::kSameUpper || auto_pad == AutoPad::kSameLower;
  if (is_same && wanted == 0) {
    wanted = axis.in * axis.stride;
  }
  if (wanted > 0) {
    Distribute(std::max<std::int64_t>(whole - wanted, 0),
               auto_pad == AutoPad::kSameUpper,
               axis);
    axis.out = wanted;
    if (wanted > whole) {
      return window.Corrupt("output_shape is larger than the result");
    }
    return {};
  }
  if (auto_pad == AutoPad::kValid) {
    axis.pad_begin = 0;
    axis.pad_end = 0;
  }
  axis.out = whole - axis.pad_begin - axis.pad_end;
  if (axis.out < 1) {
    return window.Corrupt("pads cut off the whole result");
  }
  return {};
}

}  // namespace

Result<std::vector<WindowAxis>> ResolveWindow(const Node& node,
                                              int opset,
                                              const Shape& x,
                                              const Shape& weight) {
  if (x.size() < 3 || (!weight.empty() && weight.size() != x.size())) {
    return WindowNode{node, opset, 0}.Corrupt(
        "expects [N, C, spatial...], got " + ShapeText(x) +
        (weight.empty() ? "" : " and weights " + ShapeText(weight)));
  }
  const WindowNode window{node, opset, x.size() - 2};
  MIEN_ASSIGN_OR_RETURN(auto axes, ReadAxes(window, x, weight));
  MIEN_ASSIGN_OR_RETURN(const AutoPad auto_pad, window.ReadAutoPad());
  const std::vector<std::int64_t> zeros(axes.size(), 0);
  MIEN_ASSIGN_OR_RETURN(const auto extra,
                        window.Ints("output_padding", zeros, 0));
  MIEN_ASSIGN_OR_RETURN(const auto wanted,
                        window.Ints("output_shape", zeros, 0));
  const bool is_ceil_mode = node.Int("ceil_mode", 0) != 0;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (node.op_type == "ConvTranspose") {
      MIEN_RETURN_IF_ERROR(
          ResolveTransposed(window, auto_pad, extra[i], wanted[i], axes[i]));
    } else {
      MIEN_RETURN_IF_ERROR(
          ResolveForward(window, auto_pad, is_ceil_mode, axes[i]));
    }
  }
  return axes;
}

}  // namespace mien
