// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/window.h"

#include <algorithm>
#include <string>

#include "runtime/reference/operands.h"

namespace mien::reference {
namespace {

/// Larger extents than any picture has; keeps products inside of int64.
constexpr std::int64_t kMaxExtent = std::int64_t{1} << 28;

/// The attribute `key`, one number per spatial axis (two for pads).
Result<std::vector<std::int64_t>> AxisNumbers(const Node& node,
                                              std::string_view key,
                                              std::size_t count,
                                              std::int64_t fallback,
                                              std::int64_t minimum) {
  std::vector<std::int64_t> numbers =
      node.Ints(key, std::vector<std::int64_t>(count, fallback));
  if (numbers.size() != count) {
    return Misfit(std::string(key) + " has " + std::to_string(numbers.size()) +
                  " numbers; must be " + std::to_string(count));
  }
  for (const std::int64_t number : numbers) {
    if (number < minimum || number > kMaxExtent) {
      return Misfit(std::string(key) + " holds " + std::to_string(number) +
                    "; must be " + std::to_string(minimum) + " to " +
                    std::to_string(kMaxExtent));
    }
  }
  return numbers;
}

std::int64_t CeilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t DilatedKernel(const WindowAxis& axis) {
  return (axis.kernel - 1) * axis.dilation + 1;
}

/// Splits `total` padding; an odd one has its larger half at the end for
/// SAME_UPPER and at the beginning for SAME_LOWER.
void SplitPadding(std::int64_t total,
                  const std::string& auto_pad,
                  WindowAxis& axis) {
  const std::int64_t smaller = total / 2;
  const bool upper = auto_pad == "SAME_UPPER";
  axis.pad_begin = upper ? smaller : total - smaller;
  axis.pad_end = total - axis.pad_begin;
}

Result<void> ResolveForward(const std::string& auto_pad,
                            bool ceil_mode,
                            WindowAxis& axis) {
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    const std::int64_t out = CeilDiv(axis.in, axis.stride);
    const std::int64_t covered = (out - 1) * axis.stride + DilatedKernel(axis);
    SplitPadding(std::max<std::int64_t>(0, covered - axis.in), auto_pad, axis);
  }
  const std::int64_t room =
      axis.in + axis.pad_begin + axis.pad_end - DilatedKernel(axis);
  if (room < 0) {
    return Misfit("a window of " + std::to_string(DilatedKernel(axis)) +
                  " is larger than the padded input of " +
                  std::to_string(room + DilatedKernel(axis)));
  }
  axis.out = room / axis.stride + 1;
  if (ceil_mode) {
    axis.out = CeilDiv(room, axis.stride) + 1;
    // A window that begins in the padding at the end is dropped.
    if ((axis.out - 1) * axis.stride >= axis.in + axis.pad_begin) {
      --axis.out;
    }
  }
  return {};
}

Result<void> ResolveTranspose(const std::string& auto_pad,
                              std::int64_t output_padding,
                              std::int64_t wanted_out,
                              WindowAxis& axis) {
  const std::int64_t full =
      (axis.in - 1) * axis.stride + DilatedKernel(axis) + output_padding;
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    wanted_out = wanted_out > 0 ? wanted_out : axis.in * axis.stride;
  }
  if (wanted_out > 0) {
    // ONNX gives the larger half to the beginning except for SAME_UPPER.
    SplitPadding(std::max<std::int64_t>(0, full - wanted_out), auto_pad, axis);
    axis.out = wanted_out;
    return {};
  }
  axis.out = full - axis.pad_begin - axis.pad_end;
  if (axis.out < 0) {
    return Misfit("pads are larger than the output of " + std::to_string(full));
  }
  return {};
}

struct Attributes {
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
  std::vector<std::int64_t> pads;
  std::vector<std::int64_t> output_padding;
  std::vector<std::int64_t> output_shape;
  std::string auto_pad;
};

Result<Attributes> ReadAttributes(const Node& node, std::size_t rank) {
  Attributes read;
  MIEN_ASSIGN_OR_RETURN(read.strides, AxisNumbers(node, "strides", rank, 1, 1));
  MIEN_ASSIGN_OR_RETURN(read.dilations,
                        AxisNumbers(node, "dilations", rank, 1, 1));
  MIEN_ASSIGN_OR_RETURN(read.pads, AxisNumbers(node, "pads", 2 * rank, 0, 0));
  MIEN_ASSIGN_OR_RETURN(read.output_padding,
                        AxisNumbers(node, "output_padding", rank, 0, 0));
  MIEN_ASSIGN_OR_RETURN(read.output_shape,
                        AxisNumbers(node, "output_shape", rank, 0, 0));
  read.auto_pad = node.String("auto_pad", "NOTSET");
  if (read.auto_pad == "VALID") {
    read.pads.assign(2 * rank, 0);
  } else if (read.auto_pad != "NOTSET" && read.auto_pad != "SAME_UPPER" &&
             read.auto_pad != "SAME_LOWER") {
    return Misfit("unknown auto_pad " + read.auto_pad);
  }
  return read;
}

}  // namespace

Range OutputsInside(const WindowAxis& axis, std::int64_t k) {
  // 0 <= i * stride + shift < in
  const std::int64_t shift = k * axis.dilation - axis.pad_begin;
  const std::int64_t begin = shift >= 0 ? 0 : CeilDiv(-shift, axis.stride);
  const std::int64_t end =
      shift >= axis.in ? 0 : CeilDiv(axis.in - shift, axis.stride);
  return {std::min(begin, axis.out), std::min(std::max(begin, end), axis.out)};
}

Shape Window::OutputShape(std::int64_t n, std::int64_t c) const {
  return is_two_dimensional ? Shape{n, c, y.out, x.out} : Shape{n, c, x.out};
}

Result<Window> ResolveWindow(const Node& node,
                             WindowKind kind,
                             const Shape& input,
                             const Shape& kernel) {
  if (input.size() != 3 && input.size() != 4) {
    return Unhandled("input " + ShapeText(input) +
                     " does not have one or two spatial axes");
  }
  const std::size_t rank = input.size() - 2;
  if (kernel.size() != rank) {
    return Misfit("a window " + ShapeText(kernel) + " on input " +
                  ShapeText(input));
  }
  MIEN_ASSIGN_OR_RETURN(const Attributes read, ReadAttributes(node, rank));
  Window window;
  window.is_two_dimensional = rank == 2;
  for (std::size_t i = 0; i < rank; ++i) {
    WindowAxis& axis = i + 1 == rank ? window.x : window.y;
    axis = {.in = input[i + 2],
            .kernel = kernel[i],
            .stride = read.strides[i],
            .dilation = read.dilations[i],
            .pad_begin = read.pads[i],
            .pad_end = read.pads[i + rank]};
    if (axis.kernel < 1 || axis.kernel > kMaxExtent || axis.in < 1) {
      return Misfit("a window " + ShapeText(kernel) + " on input " +
                    ShapeText(input));
    }
    if (kind == WindowKind::kConvTranspose) {
      MIEN_RETURN_IF_ERROR(ResolveTranspose(
          read.auto_pad, read.output_padding[i], read.output_shape[i], axis));
    } else {
      const bool ceil_mode =
          kind == WindowKind::kPool && node.Int("ceil_mode", 0) != 0;
      MIEN_RETURN_IF_ERROR(ResolveForward(read.auto_pad, ceil_mode, axis));
    }
  }
  return window;
}

}  // namespace mien::reference
