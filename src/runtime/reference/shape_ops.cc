// SPDX-License-Identifier: Apache-2.0
//
// Shapes as values, and conversions between types.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "graph/onnx_types.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

/// Axes may be out of range; they are held within it, as ONNX asks.
std::int64_t ClampedAxis(std::int64_t axis, std::int64_t rank) {
  axis = axis < 0 ? axis + rank : axis;
  return std::clamp<std::int64_t>(axis, 0, rank);
}

Result<std::vector<Tensor>> ShapeOf(const Operands& op) {
  const Shape& shape = op[0].shape();
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t start = ClampedAxis(op.node().Int("start", 0), rank);
  const std::int64_t end =
      std::max(start, ClampedAxis(op.node().Int("end", rank), rank));
  const Shape part(shape.begin() + start, shape.begin() + end);
  return std::vector{Tensor::Int64({end - start}, part)};
}

Result<std::vector<Tensor>> Size(const Operands& op) {
  const std::array size = {NumElements(op[0].shape())};
  return std::vector{Tensor::Int64({}, size)};
}

Result<std::vector<Tensor>> Cast(const Operands& op) {
  const std::int64_t number = op.node().Int("to", 0);
  const std::optional<DataType> type = DataTypeFromOnnxNumber(number);
  if (!type) {
    return Unhandled("type " + std::to_string(number));
  }
  if (*type == op[0].type()) {
    return std::vector{op[0]};
  }
  return std::vector{FromDoubles(*type, op[0].shape(), ToDoubles(op[0]))};
}

Result<std::vector<Tensor>> ConstantOfShape(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const auto shape, op.Ints(0));
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(shape));
  Tensor value;
  const auto found = op.node().attributes.find("value");
  if (found != op.node().attributes.end()) {
    const auto* tensor = std::get_if<Tensor>(&found->second);
    if (tensor == nullptr || NumElements(tensor->shape()) != 1) {
      return Misfit("value is not a tensor of one element");
    }
    value = *tensor;
  }
  std::vector<std::byte> bytes;
  bytes.reserve(size * value.bytes().size());
  for (std::size_t i = 0; i < size; ++i) {
    bytes.insert(bytes.end(), value.bytes().begin(), value.bytes().end());
  }
  return std::vector{Tensor(value.type(), shape, std::move(bytes))};
}

Result<std::vector<Tensor>> Range(const Operands& op) {
  if (op[0].type() != op[1].type() || op[0].type() != op[2].type()) {
    return Misfit("start, limit and delta differ in type");
  }
  MIEN_ASSIGN_OR_RETURN(const double start, op.Number(0, 0.0));
  MIEN_ASSIGN_OR_RETURN(const double limit, op.Number(1, 0.0));
  MIEN_ASSIGN_OR_RETURN(const double delta, op.Number(2, 1.0));
  const double steps = std::ceil((limit - start) / delta);
  // Written so that NaN fails.
  if (!(steps <= static_cast<double>(op.options().max_elements))) {
    return Misfit("has too many elements");
  }
  const auto count = static_cast<std::int64_t>(std::max(steps, 0.0));
  std::vector<double> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(start + static_cast<double>(i) * delta);
  }
  return std::vector{FromDoubles(op[0].type(), {count}, values)};
}

/// Scale and zero point of every element of a tensor: one pair for all, or one
/// per index of an axis.
struct Steps {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  std::size_t inner = 1;  ///< elements between neighbours along the axis

  [[nodiscard]] std::size_t Of(std::size_t element) const {
    return element / inner % scales.size();
  }
};

Result<Steps> ReadSteps(const Operands& op) {
  Steps steps;
  steps.scales = op[1].ToFloats();
  steps.zero_points.assign(steps.scales.size(), 0);
  if (op.Has(2)) {
    MIEN_ASSIGN_OR_RETURN(steps.zero_points, op.Ints(2));
  }
  if (steps.scales.empty() || steps.zero_points.size() != steps.scales.size()) {
    return Misfit("needs a scale, and a zero point for each");
  }
  if (steps.scales.size() == 1) {
    return steps;
  }
  const Shape& shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", 1), shape.size()));
  if (shape[axis] != static_cast<std::int64_t>(steps.scales.size())) {
    return Misfit("has " + std::to_string(steps.scales.size()) +
                  " scales for axis " + std::to_string(axis) + " of " +
                  ShapeText(shape));
  }
  steps.inner = ExtentProduct(shape, axis + 1, shape.size());
  return steps;
}

/// ONNX QuantizeLinear: saturate(round(x / scale) + zero_point), ties to even.
Result<std::vector<Tensor>> QuantizeLinear(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Steps steps, ReadSteps(op));
  const bool is_signed = op.Has(2) && op[2].type() == DataType::kInt8;
  const double low = is_signed ? -128.0 : 0.0;
  const double high = is_signed ? 127.0 : 255.0;
  const std::vector<float> x = op[0].ToFloats();
  std::vector<double> quantized(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t step = steps.Of(i);
    const double rounded = std::nearbyint(double{x[i] / steps.scales[step]}) +
                           static_cast<double>(steps.zero_points[step]);
    quantized[i] = std::isnan(rounded) ? low : std::clamp(rounded, low, high);
  }
  const DataType type = is_signed ? DataType::kInt8 : DataType::kUint8;
  return std::vector{FromDoubles(type, op[0].shape(), quantized)};
}

/// (x - zero_point) * scale.
Result<std::vector<Tensor>> DequantizeLinear(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Steps steps, ReadSteps(op));
  std::vector<float> x = op[0].ToFloats();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t step = steps.Of(i);
    x[i] = (x[i] - static_cast<float>(steps.zero_points[step])) *
           steps.scales[step];
  }
  return std::vector{Tensor::Float(op[0].shape(), x)};
}

constexpr KernelEntry kTable[] = {
    {"Cast", 1, Cast},
    {"ConstantOfShape", 1, ConstantOfShape},
    {"DequantizeLinear", 2, DequantizeLinear},
    {"QuantizeLinear", 2, QuantizeLinear},
    {"Range", 3, Range},
    {"Shape", 1, ShapeOf},
    {"Size", 1, Size},
};

}  // namespace

KernelTable ShapeKernels() { return kTable; }

}  // namespace mien::reference
