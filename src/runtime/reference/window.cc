// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/window.h"

#include <algorithm>
#include <string>

namespace mien::reference {
namespace {

std::int64_t CeilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

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

Result<Window> InputWindow(const Operands& op, const Shape& weight) {
  const Shape& input = op[0].shape();
  if (input.size() != 3 && input.size() != 4) {
    return Unhandled("input " + ShapeText(input) +
                     " does not have one or two spatial axes");
  }
  MIEN_ASSIGN_OR_RETURN(const std::vector<WindowAxis> axes,
                        ResolveWindow(op.node(), op.opset(), input, weight));
  if (axes.size() == 1) {
    const WindowAxis one_row = {.in = 1, .out = 1};
    return Window{one_row, axes[0], false};
  }
  return Window{axes[0], axes[1], true};
}

}  // namespace mien::reference
