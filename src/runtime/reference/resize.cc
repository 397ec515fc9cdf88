// SPDX-License-Identifier: Apache-2.0
//
// Resize: an interpolation along one axis after the other.
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
};

constexpr std::string_view kCoordinateModes[] = {
    "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"};
constexpr std::string_view kNearestModes[] = {
    "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
constexpr std::string_view kModes[] = {"nearest", "linear", "cubic"};

template <typename Names>
bool Knows(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

Result<Settings> ReadSettings(const Operands& op) {
  const Node& node = op.node();
  const Settings settings = {
      node.String("mode", "nearest"),
      node.String("coordinate_transformation_mode", "half_pixel"),
      node.String("nearest_mode", "round_prefer_floor"),
      node.Float("cubic_coeff_a", -0.75F)};
  if (!Knows(kModes, settings.mode)) {
    return Unhandled("mode " + settings.mode);
  }
  if (!Knows(kCoordinateModes, settings.coordinates)) {
    return Unhandled("coordinate_transformation_mode " + settings.coordinates);
  }
  if (!Knows(kNearestModes, settings.nearest_mode)) {
    return Unhandled("nearest_mode " + settings.nearest_mode);
  }
  return settings;
}

/// What `sizes`, one per axis, mean for an input of `shape`.
Result<std::vector<AxisScale>> ScalesFromSizes(
    const std::vector<std::int64_t>& sizes, const Shape& shape) {
  if (sizes.size() != shape.size()) {
    return Misfit("has " + std::to_string(sizes.size()) + " sizes for " +
                  ShapeText(shape));
  }
  std::vector<AxisScale> scales;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    scales.push_back(
        {shape[axis],
         sizes[axis],
         static_cast<float>(sizes[axis]) / static_cast<float>(shape[axis])});
  }
  return scales;
}

/// What `factors`, one per axis, mean for an input of `shape`.
Result<std::vector<AxisScale>> ScalesFromFactors(
    const Operands& op, const std::vector<float>& factors, const Shape& shape) {
  if (factors.size() != shape.size()) {
    return Misfit("has " + std::to_string(factors.size()) + " scales for " +
                  ShapeText(shape));
  }
  std::vector<AxisScale> scales;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const float out =
        std::floor(static_cast<float>(shape[axis]) * factors[axis]);
    // Written so that NaN fails.
    if (!(factors[axis] > 0.0F) ||
        !(out <= static_cast<float>(op.options().max_elements))) {
      return Misfit("a scale of " + std::to_string(factors[axis]) +
                    " on an extent of " + std::to_string(shape[axis]));
    }
    scales.push_back(
        {shape[axis], static_cast<std::int64_t>(out), factors[axis]});
  }
  return scales;
}

/// The inputs are x, nothing, scales, sizes; one of the last two is left out.
Result<std::vector<AxisScale>> ReadScales(const Operands& op) {
  constexpr std::size_t kScales = 2;
  constexpr std::size_t kSizes = 3;
  const Shape& shape = op[0].shape();
  if (op.Has(kSizes)) {
    MIEN_ASSIGN_OR_RETURN(const auto sizes, op.Ints(kSizes));
    return ScalesFromSizes(sizes, shape);
  }
  if (!op.Has(kScales)) {
    return Misfit("has neither scales nor sizes");
  }
  return ScalesFromFactors(op, op[kScales].ToFloats(), shape);
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
  if (coordinates == "pytorch_half_pixel" && axis.out == 1) {
    return 0.0F;
  }
  return (x + 0.5F) / axis.scale - 0.5F;
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
    const float coordinate = SourceCoordinate(
        settings.coordinates, scale, static_cast<std::int64_t>(o));
    for (const Tap& tap : TapsAt(settings, coordinate)) {
      // The edge stands for what is outside.
      const auto index = static_cast<std::size_t>(
          std::clamp<std::int64_t>(tap.index, 0, scale.in - 1));
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

constexpr KernelEntry kTable[] = {{"Resize", 1, Resize}};

}  // namespace

KernelTable ResizeKernels() { return kTable; }

}  // namespace mien::reference
