// SPDX-License-Identifier: Apache-2.0
//
// Pools over windows and over whole planes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"
#include "runtime/reference/window.h"

namespace mien::reference {
namespace {

/// The taps of output `o` that lie inside of the input, padded on request.
struct Taps {
  std::int64_t begin;
  std::int64_t end;
};

Taps TapsInside(const WindowAxis& axis, std::int64_t o, bool with_padding) {
  const std::int64_t first = o * axis.stride - axis.pad_begin;
  const std::int64_t low = with_padding ? -axis.pad_begin : 0;
  const std::int64_t high = axis.in + (with_padding ? axis.pad_end : 0);
  const auto taps_before = [&](std::int64_t position) {
    const std::int64_t distance = position - first;
    return std::clamp<std::int64_t>(
        distance <= 0 ? 0 : (distance + axis.dilation - 1) / axis.dilation,
        0,
        axis.kernel);
  };
  return {taps_before(low), taps_before(high)};
}

/// Calls `visit(value)` for each input under the window of output (oy, ox).
template <typename Visit>
void VisitWindow(const Window& window,
                 const double* plane,
                 std::int64_t oy,
                 std::int64_t ox,
                 Visit visit) {
  const Taps rows = TapsInside(window.y, oy, false);
  const Taps columns = TapsInside(window.x, ox, false);
  for (std::int64_t ky = rows.begin; ky < rows.end; ++ky) {
    const std::int64_t iy =
        oy * window.y.stride - window.y.pad_begin + ky * window.y.dilation;
    for (std::int64_t kx = columns.begin; kx < columns.end; ++kx) {
      const std::int64_t ix =
          ox * window.x.stride - window.x.pad_begin + kx * window.x.dilation;
      visit(plane[iy * window.x.in + ix]);
    }
  }
}

/// A pool whose outputs are `reduce(plane, oy, ox)`.
template <typename Reduce>
Result<std::vector<Tensor>> Pool(const Operands& op,
                                 const Window& window,
                                 Reduce reduce) {
  const Shape& x_shape = op[0].shape();
  const Shape shape = window.OutputShape(x_shape[0], x_shape[1]);
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(shape));
  const std::vector<double> x = ToDoubles(op[0]);
  const auto plane_size = static_cast<std::size_t>(window.y.in * window.x.in);
  std::vector<double> y;
  y.reserve(size);
  for (std::size_t plane = 0; plane * plane_size < x.size(); ++plane) {
    const double* values = x.data() + plane * plane_size;
    for (std::int64_t oy = 0; oy < window.y.out; ++oy) {
      for (std::int64_t ox = 0; ox < window.x.out; ++ox) {
        y.push_back(reduce(values, oy, ox));
      }
    }
  }
  return std::vector{FromDoubles(op[0].type(), shape, y)};
}

Result<std::vector<Tensor>> MaxPool(const Operands& op) {
  if (op.node().outputs.size() > 1) {
    return Unhandled("the output Indices");
  }
  MIEN_ASSIGN_OR_RETURN(const Window window, InputWindow(op, {}));
  return Pool(
      op, window, [&](const double* plane, std::int64_t oy, std::int64_t ox) {
        double largest = -std::numeric_limits<double>::infinity();
        VisitWindow(window, plane, oy, ox, [&](double value) {
          largest = std::isnan(value) ? value : std::max(value, largest);
        });
        return largest;
      });
}

Result<std::vector<Tensor>> AveragePool(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Window window, InputWindow(op, {}));
  const bool counts_padding = op.node().Int("count_include_pad", 0) != 0;
  return Pool(
      op, window, [&](const double* plane, std::int64_t oy, std::int64_t ox) {
        double sum = 0.0;
        VisitWindow(window, plane, oy, ox, [&](double value) { sum += value; });
        const Taps rows = TapsInside(window.y, oy, counts_padding);
        const Taps columns = TapsInside(window.x, ox, counts_padding);
        return sum / static_cast<double>((rows.end - rows.begin) *
                                         (columns.end - columns.begin));
      });
}

/// [N, C, ...] to [N, C, 1, ...], each plane of `size` becoming
/// `reduce(plane, size)`.
template <typename Reduce>
Result<std::vector<Tensor>> GlobalPool(const Operands& op, Reduce reduce) {
  Shape shape = op[0].shape();
  if (shape.size() < 3) {
    return Misfit("input " + ShapeText(shape) + " has no spatial axis");
  }
  const std::size_t plane_size = ExtentProduct(shape, 2, shape.size());
  if (plane_size == 0) {
    return Misfit("input " + ShapeText(shape) + " is empty");
  }
  std::fill(shape.begin() + 2, shape.end(), 1);
  const std::vector<double> x = ToDoubles(op[0]);
  std::vector<double> y;
  for (std::size_t first = 0; first < x.size(); first += plane_size) {
    y.push_back(reduce(x.data() + first, plane_size));
  }
  return std::vector{FromDoubles(op[0].type(), shape, y)};
}

Result<std::vector<Tensor>> GlobalAveragePool(const Operands& op) {
  return GlobalPool(op, [](const double* plane, std::size_t size) {
    double sum = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
      sum += plane[i];
    }
    return sum / static_cast<double>(size);
  });
}

Result<std::vector<Tensor>> GlobalMaxPool(const Operands& op) {
  return GlobalPool(op, [](const double* plane, std::size_t size) {
    return *std::max_element(plane, plane + size);
  });
}

constexpr KernelEntry kTable[] = {
    {"AveragePool", 1, AveragePool},
    {"GlobalAveragePool", 1, GlobalAveragePool},
    {"GlobalMaxPool", 1, GlobalMaxPool},
    {"MaxPool", 1, MaxPool},
};

}  // namespace

KernelTable PoolKernels() { return kTable; }

}  // namespace mien::reference
