// SPDX-License-Identifier: Apache-2.0
//
// ConvTranspose: each input element adds its multiple of the kernel to the
// output.
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"
#include "runtime/reference/window.h"

namespace mien::reference {
namespace {

Result<void> CheckOperands(const Operands& op, std::int64_t groups) {
  const Shape& x = op[0].shape();
  const Shape& w = op[1].shape();
  if (x.size() < 3 || w.size() != x.size() || x[1] != w[0]) {
    return Misfit("input " + ShapeText(x) + " and weight " + ShapeText(w));
  }
  if (groups < 1 || groups > w[0] || w[0] % groups != 0) {
    return Misfit(std::to_string(w[0]) + " input channels in " +
                  std::to_string(groups) + " groups");
  }
  if (op.Has(2) && op[2].shape() != Shape{w[1] * groups}) {
    return Misfit("bias " + ShapeText(op[2].shape()) + " for " +
                  std::to_string(w[1] * groups) + " output channels");
  }
  return {};
}

/// The outputs that input `i` reaches lie at i * stride + shift for tap `k`;
/// -1 where that is outside.
std::int64_t Target(const WindowAxis& axis, std::int64_t i, std::int64_t k) {
  const std::int64_t o = i * axis.stride + k * axis.dilation - axis.pad_begin;
  return o >= 0 && o < axis.out ? o : -1;
}

/// Adds the input plane `x` under `kernel` to the output plane `y`.
void ScatterPlane(const Window& window,
                  const double* x,
                  const double* kernel,
                  double* y) {
  for (std::int64_t ky = 0; ky < window.y.kernel; ++ky) {
    for (std::int64_t kx = 0; kx < window.x.kernel; ++kx) {
      const double weight = kernel[ky * window.x.kernel + kx];
      for (std::int64_t iy = 0; iy < window.y.in; ++iy) {
        const std::int64_t oy = Target(window.y, iy, ky);
        for (std::int64_t ix = 0; oy >= 0 && ix < window.x.in; ++ix) {
          const std::int64_t ox = Target(window.x, ix, kx);
          if (ox >= 0) {
            y[oy * window.x.out + ox] += weight * x[iy * window.x.in + ix];
          }
        }
      }
    }
  }
}

std::vector<double> RoundedOperand(const Operands& op, std::size_t i) {
  if (op.options().rounding == ReferenceOptions::Rounding::kNone) {
    return ToDoubles(op[i]);
  }
  const std::vector<float> rounded = ToBfloat16Floats(op[i]);
  return {rounded.begin(), rounded.end()};
}

Result<std::vector<Tensor>> ConvTranspose(const Operands& op) {
  const std::int64_t groups = op.node().Int("group", 1);
  MIEN_RETURN_IF_ERROR(CheckOperands(op, groups));
  const Shape& x_shape = op[0].shape();
  const Shape& w_shape = op[1].shape();
  MIEN_ASSIGN_OR_RETURN(const Window window, InputWindow(op, w_shape));
  const Shape y_shape = window.OutputShape(x_shape[0], w_shape[1] * groups);
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(y_shape));

  const std::vector<double> x = RoundedOperand(op, 0);
  const std::vector<double> w = RoundedOperand(op, 1);
  std::vector<double> y(size);
  const std::int64_t in_plane = window.y.in * window.x.in;
  const std::int64_t out_plane = window.y.out * window.x.out;
  const std::int64_t kernel_size = window.y.kernel * window.x.kernel;
  const std::int64_t group_in = w_shape[0] / groups;
  const std::int64_t group_out = w_shape[1];
  for (std::int64_t n = 0; n < x_shape[0]; ++n) {
    for (std::int64_t c = 0; c < x_shape[1]; ++c) {
      for (std::int64_t m = 0; m < group_out; ++m) {
        const std::int64_t out_channel = c / group_in * group_out + m;
        ScatterPlane(window,
                     x.data() + (n * x_shape[1] + c) * in_plane,
                     w.data() + (c * group_out + m) * kernel_size,
                     y.data() + (n * y_shape[1] + out_channel) * out_plane);
      }
    }
  }
  if (op.Has(2)) {
    const std::vector<double> bias = ToDoubles(op[2]);
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] += bias[i / static_cast<std::size_t>(out_plane) % bias.size()];
    }
  }
  return std::vector{FromDoubles(op[0].type(), y_shape, y)};
}

constexpr KernelEntry kTable[] = {{"ConvTranspose", 2, ConvTranspose}};

}  // namespace

KernelTable ConvTransposeKernels() { return kTable; }

}  // namespace mien::reference
