// SPDX-License-Identifier: Apache-2.0
//
// Conv, over one or two spatial axes.
#include "runtime/reference/convolution.h"

#include <algorithm>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"
#include "runtime/reference/window.h"

namespace mien::reference {
namespace {

/// Extents of a convolution.
struct Geometry {
  std::size_t batch;
  std::size_t in_channels;
  std::size_t out_channels;
  std::size_t groups;
  Window window;
};

Result<Geometry> ResolveGeometry(const Operands& op) {
  const Shape& x = op[0].shape();
  const Shape& w = op[1].shape();
  const std::int64_t groups = op.node().Int("group", 1);
  if (x.size() < 3 || w.size() != x.size()) {
    return Misfit("input " + ShapeText(x) + " and weight " + ShapeText(w));
  }
  if (groups < 1 || groups > w[0] || w[0] % groups != 0) {
    return Misfit(std::to_string(w[0]) + " output channels in " +
                  std::to_string(groups) + " groups");
  }
  if (x[1] % groups != 0 || x[1] / groups != w[1]) {
    return Misfit("expects " + std::to_string(w[1]) + " x " +
                  std::to_string(groups) + " channels, got " +
                  std::to_string(x[1]));
  }
  if (op.Has(2) && op[2].shape() != Shape{w[0]}) {
    return Misfit("bias " + ShapeText(op[2].shape()) + " for " +
                  std::to_string(w[0]) + " output channels");
  }
  MIEN_ASSIGN_OR_RETURN(const Window window, InputWindow(op, w));
  return Geometry{.batch = static_cast<std::size_t>(x[0]),
                  .in_channels = static_cast<std::size_t>(x[1]),
                  .out_channels = static_cast<std::size_t>(w[0]),
                  .groups = static_cast<std::size_t>(groups),
                  .window = window};
}

/// A pointwise convolution sees a picture as one long row, which makes for
/// longer inner loops.
void FlattenPointwise(Window& window) {
  const auto is_pointwise = [](const WindowAxis& axis) {
    return axis.kernel == 1 && axis.stride == 1 && axis.in == axis.out &&
           axis.pad_begin == 0;
  };
  if (is_pointwise(window.y) && is_pointwise(window.x)) {
    window.x.in *= window.y.in;
    window.x.out *= window.y.out;
    window.y = {.in = 1, .out = 1};
  }
}

/// sums[i] += weight * x[i * stride] for `count` elements.
template <typename Number>
void AddScaledRow(Number weight,
                  const Number* x,
                  std::int64_t stride,
                  std::int64_t count,
                  Number* sums) {
  if (stride == 1) {
    for (std::int64_t i = 0; i < count; ++i) {
      sums[i] += weight * x[i];
    }
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    sums[i] += weight * x[i * stride];
  }
}

/// Adds the contribution of one input plane under one kernel [kh, kw].
template <typename Number>
void AddPlane(const Window& window,
              const Number* x,
              const Number* kernel,
              Number* sums) {
  for (std::int64_t ky = 0; ky < window.y.kernel; ++ky) {
    const Range rows = OutputsInside(window.y, ky);
    for (std::int64_t kx = 0; kx < window.x.kernel; ++kx) {
      const Range columns = OutputsInside(window.x, kx);
      const Number weight = kernel[ky * window.x.kernel + kx];
      for (std::int64_t oy = rows.begin; oy < rows.end; ++oy) {
        const std::int64_t iy =
            oy * window.y.stride + ky * window.y.dilation - window.y.pad_begin;
        const std::int64_t ix = columns.begin * window.x.stride +
                                kx * window.x.dilation - window.x.pad_begin;
        AddScaledRow(weight,
                     x + iy * window.x.in + ix,
                     window.x.stride,
                     columns.end - columns.begin,
                     sums + oy * window.x.out + columns.begin);
      }
    }
  }
}

/// All sums of a convolution, in the arithmetic of `Number`.
template <typename Number>
std::vector<double> Sums(const Geometry& geometry,
                         const std::vector<Number>& x,
                         const std::vector<Number>& weights,
                         const std::vector<double>& bias) {
  const Window& window = geometry.window;
  const auto in_plane = static_cast<std::size_t>(window.y.in * window.x.in);
  const auto out_plane = static_cast<std::size_t>(window.y.out * window.x.out);
  const auto kernel_size =
      static_cast<std::size_t>(window.y.kernel * window.x.kernel);
  const std::size_t group_in = geometry.in_channels / geometry.groups;
  const std::size_t group_out = geometry.out_channels / geometry.groups;

  std::vector<double> values;
  values.reserve(geometry.batch * geometry.out_channels * out_plane);
  std::vector<Number> sums(out_plane);
  for (std::size_t n = 0; n < geometry.batch; ++n) {
    for (std::size_t m = 0; m < geometry.out_channels; ++m) {
      std::ranges::fill(sums, Number{0});
      const std::size_t first_channel = m / group_out * group_in;
      for (std::size_t c = 0; c < group_in; ++c) {
        const std::size_t plane = n * geometry.in_channels + first_channel + c;
        AddPlane(window,
                 x.data() + plane * in_plane,
                 weights.data() + (m * group_in + c) * kernel_size,
                 sums.data());
      }
      for (const Number sum : sums) {
        values.push_back(static_cast<double>(sum) +
                         (bias.empty() ? 0.0 : bias[m]));
      }
    }
  }
  return values;
}

Result<std::vector<Tensor>> Conv(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const ConvolutionSums sums, Convolve(op));
  return std::vector{FromDoubles(op[0].type(), sums.shape, sums.values)};
}

constexpr KernelEntry kTable[] = {{"Conv", 2, Conv}};

}  // namespace

Result<ConvolutionSums> Convolve(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(Geometry geometry, ResolveGeometry(op));
  ConvolutionSums result;
  result.shape =
      geometry.window.OutputShape(op[0].shape()[0], op[1].shape()[0]);
  MIEN_RETURN_IF_ERROR(op.CheckedSize(result.shape));
  FlattenPointwise(geometry.window);
  const std::vector<double> bias =
      op.Has(2) ? ToDoubles(op[2]) : std::vector<double>{};
  if (op.options().rounding == ReferenceOptions::Rounding::kBfloat16) {
    result.values =
        Sums(geometry, ToBfloat16Floats(op[0]), ToBfloat16Floats(op[1]), bias);
  } else {
    result.values = Sums(geometry, ToDoubles(op[0]), ToDoubles(op[1]), bias);
  }
  return result;
}

KernelTable ConvolutionKernels() { return kTable; }

}  // namespace mien::reference
