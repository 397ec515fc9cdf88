// SPDX-License-Identifier: Apache-2.0
//
// Resize and Upsample: an interpolation along one axis after the other.
#include <algorithm>
#include <cmath>

#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

/// What one axis becomes.
struct AxisScale {
  std::int64_t in = 1;
  std::int64_t out = 1;
  float scale = 1.0F;
};

/// One output element of an axis: the sum of weight * input.
struct Tap {
  std::int64_t index;
  double weight;
};

using Taps = std::vector<Tap>;

struct Settings {
  std::string mode;
  std::string coordinates;
  std::string nearest_mode;
  double cubic_a;
  bool excludes_outside;
};

constexpr std::string_view kCoordinateModes[] = {"half_pixel",
                                                 "half_pixel_symmetric",
                                                 "pytorch_half_pixel",
                                                 "align_corners",
                                                 "asymmetric",
                                                 "tf_half_pixel_for_nn"};
constexpr std::string_view kNearestModes[] = {
    "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
constexpr std::string_view kModes[] = {"nearest", "linear", "cubic"};

template <typename Names>
bool Knows(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

Result<Settings> ReadSettings(const Operands& op) {
  const Node& node = op.node();
  // Upsample, and Resize of opset 10, scale coordinates without a shift.
  constexpr int kCoordinateModesSince = 11;
  const bool is_old =
      node.op_type == "Upsample" || op.opset() < kCoordinateModesSince;
  Settings settings = {
      node.String("mode", "nearest"),
      is_old ? "asymmetric"
             : node.String("coordinate_transformation_mode", "half_pixel"),
      is_old ? "floor" : node.String("nearest_mode", "round_prefer_floor"),
      node.Float("cubic_coeff_a", -0.75F),
      node.Int("exclude_outside", 0) != 0};
  if (settings.mode == "bilinear") {
    settings.mode = "linear";
  }
  if (!Knows(kModes, settings.mode)) {
    return Unhandled("mode " + settings.mode);
  }
  if (!Knows(kCoordinateModes, settings.coordinates)) {
    return Unhandled("coordinate_transformation_mode " + settings.coordinates);
  }
  if (!Knows(kNearestModes, settings.nearest_mode)) {
    return Unhandled("nearest_mode " + settings.nearest_mode);
  }
  if (node.Int("antialias", 0) != 0) {
    return Unhandled("antialias");
  }
  if (node.String("keep_aspect_ratio_policy", "stretch") != "stretch") {
    return Unhandled("keep_aspect_ratio_policy");
  }
  return settings;
}

/// Sets what the extents `sizes` mean for `axes`.
Result<void> ApplySizes(const std::vector<std::int64_t>& sizes,
                        const std::vector<std::size_t>& axes,
                        std::vector<AxisScale>& scales) {
  if (sizes.size() != axes.size()) {
    return Misfit("has " + std::to_string(sizes.size()) + " sizes for " +
                  std::to_string(axes.size()) + " axes");
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    AxisScale& axis = scales[axes[i]];
    axis.out = sizes[i];
    axis.scale = static_cast<float>(axis.out) / static_cast<float>(axis.in);
  }
  return {};
}

Result<void> ApplyScales(const Operands& op,
                         const std::vector<float>& factors,
                         const std::vector<std::size_t>& axes,
                         std::vector<AxisScale>& scales) {
  if (factors.size() != axes.size()) {
    return Misfit("has " + std::to_string(factors.size()) + " scales for " +
                  std::to_string(axes.size()) + " axes");
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    AxisScale& axis = scales[axes[i]];
    const float out = std::floor(static_cast<float>(axis.in) * factors[i]);
    // Written so that NaN fails.
    if (!(factors[i] > 0.0F) ||
        !(out <= static_cast<float>(op.options().max_elements))) {
      return Misfit("a scale of " + std::to_string(factors[i]) +
                    " on an extent of " + std::to_string(axis.in));
    }
    axis.out = static_cast<std::int64_t>(out);
    axis.scale = factors[i];
  }
  return {};
}

/// The inputs are x, roi, scales, sizes; before opset 11, and for Upsample, x
/// and scales.
Result<std::vector<AxisScale>> ReadScales(const Operands& op) {
  constexpr int kRoiSince = 11;
  const bool has_roi = op.node().op_type == "Resize" && op.opset() >= kRoiSince;
  const std::size_t scales_input = has_roi ? 2 : 1;
  const Shape& shape = op[0].shape();
  std::vector<AxisScale> scales;
  std::vector<std::int64_t> all;
  for (const std::int64_t extent : shape) {
    all.push_back(static_cast<std::int64_t>(all.size()));
    scales.push_back({extent, extent, 1.0F});
  }
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::size_t> axes,
                        CheckedAxes(op.node().Ints("axes", all), shape.size()));
  if (has_roi && op.Has(3) && NumElements(op[3].shape()) > 0) {
    MIEN_ASSIGN_OR_RETURN(const auto sizes, op.RequiredInts(3, "sizes"));
    MIEN_RETURN_IF_ERROR(ApplySizes(sizes, axes, scales));
    return scales;
  }
  const std::vector<float> factors = op.Has(scales_input)
                                         ? op[scales_input].ToFloats()
                                         : op.node().Floats("scales", {});
  MIEN_RETURN_IF_ERROR(ApplyScales(op, factors, axes, scales));
  return scales;
}

/// Where output `i` lies on the input's axis. In float32 as ONNX Runtime has
/// it: nearest-neighbour choices hang on the last bit.
float SourceCoordinate(const std::string& coordinates,
                       const AxisScale& axis,
                       std::int64_t i) {
  const auto x = static_cast<float>(i);
  const auto in = static_cast<float>(axis.in);
  const auto out = static_cast<float>(axis.out);
  if (coordinates == "asymmetric") {
    return x / axis.scale;
  }
  if (coordinates == "align_corners") {
    return axis.out == 1 ? 0.0F : x * (in - 1.0F) / (out - 1.0F);
  }
  if (coordinates == "tf_half_pixel_for_nn") {
    return (x + 0.5F) / axis.scale;
  }
  if (coordinates == "pytorch_half_pixel" && axis.out == 1) {
    return 0.0F;
  }
  const float half_pixel = (x + 0.5F) / axis.scale - 0.5F;
  if (coordinates == "half_pixel_symmetric") {
    // The centre stays in place though the extent was rounded down.
    const float adjustment = out / (axis.scale * in);
    return half_pixel + in / 2.0F * (1.0F - adjustment);
  }
  return half_pixel;
}

std::int64_t NearestIndex(const std::string& nearest_mode, float x) {
  if (nearest_mode == "floor") {
    return static_cast<std::int64_t>(std::floor(x));
  }
  if (nearest_mode == "ceil") {
    return static_cast<std::int64_t>(std::ceil(x));
  }
  if (nearest_mode == "round_prefer_floor") {
    return static_cast<std::int64_t>(std::ceil(x - 0.5F));
  }
  return static_cast<std::int64_t>(std::floor(x + 0.5F));
}

/// Keys 1981, "Cubic convolution interpolation", eq. 4 with free `a`.
double CubicWeight(double a, double distance) {
  const double d = std::abs(distance);
  if (d <= 1.0) {
    return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0;
  }
  return d < 2.0 ? ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a : 0.0;
}

/// The input elements that make up the output at coordinate `x`; indices may be
/// outside.
Taps TapsAt(const Settings& settings, float x) {
  if (settings.mode == "nearest") {
    return {{NearestIndex(settings.nearest_mode, x), 1.0}};
  }
  const double floor = std::floor(x);
  const auto base = static_cast<std::int64_t>(floor);
  const double fraction = static_cast<double>(x) - floor;
  if (settings.mode == "linear") {
    return {{base, 1.0 - fraction}, {base + 1, fraction}};
  }
  Taps taps;
  for (std::int64_t k = -1; k <= 2; ++k) {
    taps.push_back(
        {base + k,
         CubicWeight(settings.cubic_a, static_cast<double>(k) - fraction)});
  }
  return taps;
}

/// Moves taps outside of the input to its edge, or drops them and scales up the
/// others.
void HoldInside(const Settings& settings, std::int64_t extent, Taps& taps) {
  double kept = 0.0;
  for (Tap& tap : taps) {
    const bool outside = tap.index < 0 || tap.index >= extent;
    if (outside && settings.excludes_outside && settings.mode == "cubic") {
      tap.weight = 0.0;
    }
    tap.index = std::clamp<std::int64_t>(tap.index, 0, extent - 1);
    kept += tap.weight;
  }
  if (settings.excludes_outside && settings.mode == "cubic") {
    for (Tap& tap : taps) {
      tap.weight /= kept;
    }
  }
}

/// `x` of `shape` with axis `axis` interpolated to `scale.out`.
std::vector<double> ResizeAxis(const Settings& settings,
                               const AxisScale& scale,
                               const std::vector<double>& x,
                               const Shape& shape,
                               std::size_t axis) {
  const std::size_t outer = ExtentProduct(shape, 0, axis);
  const std::size_t inner = ExtentProduct(shape, axis + 1, shape.size());
  const auto in = static_cast<std::size_t>(scale.in);
  const auto out = static_cast<std::size_t>(scale.out);
  std::vector<double> y(outer * out * inner);
  for (std::size_t o = 0; o < out; ++o) {
    Taps taps =
        TapsAt(settings,
               SourceCoordinate(
                   settings.coordinates, scale, static_cast<std::int64_t>(o)));
    HoldInside(settings, scale.in, taps);
    for (const Tap& tap : taps) {
      const auto index = static_cast<std::size_t>(tap.index);
      for (std::size_t n = 0; n < outer; ++n) {
        const double* source = x.data() + (n * in + index) * inner;
        double* target = y.data() + (n * out + o) * inner;
        for (std::size_t i = 0; i < inner; ++i) {
          // A weight of 0 must not let in what is not a number.
          target[i] += tap.weight == 0.0 ? 0.0 : tap.weight * source[i];
        }
      }
    }
  }
  return y;
}

Result<std::vector<Tensor>> Resize(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Settings settings, ReadSettings(op));
  MIEN_ASSIGN_OR_RETURN(const std::vector<AxisScale> scales, ReadScales(op));
  Shape shape = op[0].shape();
  Shape largest = shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (scales[axis].in < 1 || scales[axis].out < 1) {
      return Misfit("axis " + std::to_string(axis) + " of " + ShapeText(shape) +
                    " is or becomes empty");
    }
    largest[axis] = std::max(scales[axis].in, scales[axis].out);
  }
  MIEN_RETURN_IF_ERROR(op.CheckedSize(largest));
  std::vector<double> values = ToDoubles(op[0]);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (scales[axis].out != scales[axis].in || scales[axis].scale != 1.0F) {
      values = ResizeAxis(settings, scales[axis], values, shape, axis);
      shape[axis] = scales[axis].out;
    }
  }
  return std::vector{FromDoubles(op[0].type(), shape, values)};
}

constexpr KernelEntry kTable[] = {
    {"Resize", 1, Resize},
    {"Upsample", 1, Resize},
};

}  // namespace

KernelTable ResizeKernels() { return kTable; }

}  // namespace mien::reference
