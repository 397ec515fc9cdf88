// SPDX-License-Identifier: Apache-2.0
//
// Operators that choose, repeat or resample elements, and those that make
// extents into values.
#include <algorithm>
#include <cmath>
#include <utility>

#include "graph/shapes/shape_rule.h"
#include "graph/slicing.h"

namespace mien {
namespace {

/// Extents beyond this cannot be allocated; sums and products of two stay
/// within 64 bits.
constexpr std::int64_t kLargestExtent = std::int64_t{1} << 31;

ValueTypes Same(const NodeContext& context, Shape shape) {
  return {{context.type(0), std::move(shape)}};
}

Error TooLarge(const NodeContext& context) {
  return context.Corrupt("makes an extent above 2^31");
}

/// Integers of optional input `i`; none when it is left out.
Result<std::vector<std::int64_t>> OptionalIntegers(const NodeContext& context,
                                                   std::size_t i) {
  if (!context.HasInput(i)) {
    return std::vector<std::int64_t>();
  }
  return context.Integers(i);
}

/// Pads as [begin..., end...] over all axes of x.
Result<std::vector<std::int64_t>> AllPads(const NodeContext& context) {
  const std::size_t rank = context.shape(0).size();
  MIEN_ASSIGN_OR_RETURN(const auto pads, context.Integers(1));
  MIEN_ASSIGN_OR_RETURN(auto axes, OptionalIntegers(context, 3));
  if (!context.HasInput(3)) {
    for (std::size_t i = 0; i < rank; ++i) {
      axes.push_back(static_cast<std::int64_t>(i));
    }
  }
  if (pads.size() != 2 * axes.size()) {
    return context.Corrupt("has " + std::to_string(pads.size()) +
                           " pads; must be " + std::to_string(2 * axes.size()));
  }
  std::vector<std::int64_t> all(2 * rank);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                          context.Named(NormalizeAxis(axes[i], rank)));
    all[axis] = pads[i];
    all[rank + axis] = pads[axes.size() + i];
  }
  return all;
}

/// Extents from the scales input of Resize.
Result<Shape> ScaledShape(const NodeContext& context) {
  const Shape& x = context.shape(0);
  MIEN_RETURN_IF_ERROR(context.CheckType(2, {DataType::kFloat32}));
  if (context.constants[2] == nullptr) {
    return context.Unsupported("scales are known only when the network runs");
  }
  const std::vector<float> scales = context.constants[2]->ToFloats();
  if (scales.size() != x.size()) {
    return context.Corrupt("has " + std::to_string(scales.size()) +
                           " scales for " + ShapeText(x));
  }
  Shape shape;
  for (std::size_t i = 0; i < x.size(); ++i) {
    // Product in float32, as ONNX Runtime computes it.
    const float extent = std::floor(static_cast<float>(x[i]) * scales[i]);
    if (!(extent >= 1.0F && extent <= static_cast<float>(kLargestExtent))) {
      return context.Corrupt("cannot scale " + ShapeText(x) + " by " +
                             std::to_string(scales[i]));
    }
    shape.push_back(static_cast<std::int64_t>(extent));
  }
  return shape;
}

}  // namespace

Result<ValueTypes> InferShape(const NodeContext& context) {
  const auto rank = static_cast<std::int64_t>(context.shape(0).size());
  const auto bound = [&](std::string_view key, std::int64_t fallback) {
    const std::int64_t index = context.node.Int(key, fallback);
    return std::clamp<std::int64_t>(index < 0 ? index + rank : index, 0, rank);
  };
  const std::int64_t count = bound("end", rank) - bound("start", 0);
  return ValueTypes{{DataType::kInt64, {std::max<std::int64_t>(count, 0)}}};
}

Result<ValueTypes> InferSize(const NodeContext& /*context*/) {
  return ValueTypes{{DataType::kInt64, {}}};
}

Result<ValueTypes> InferConstantOfShape(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(Shape shape, context.Integers(0));
  if (!CheckedNumElements(shape)) {
    return context.Corrupt("cannot make " + ShapeText(shape));
  }
  const auto value = context.node.attributes.find("value");
  const auto* tensor = value == context.node.attributes.end()
                           ? nullptr
                           : std::get_if<Tensor>(&value->second);
  const DataType type = tensor == nullptr ? DataType::kFloat32 : tensor->type();
  return ValueTypes{{type, std::move(shape)}};
}

Result<ValueTypes> InferRange(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes(
      {DataType::kInt64, DataType::kInt32, DataType::kFloat32}));
  std::vector<double> bounds;
  for (std::size_t i = 0; i < 3; ++i) {
    if (context.type(i) != context.type(0) ||
        NumElements(context.shape(i)) != 1) {
      return context.Corrupt("expects three numbers of one type");
    }
    if (context.constants[i] == nullptr) {
      return context.Unsupported(
          "extents depend on '" + context.node.Input(i) +
          "', which is known only when the network runs");
    }
    bounds.push_back(
        context.type(0) == DataType::kFloat32
            ? static_cast<double>(context.constants[i]->ToFloats()[0])
            : static_cast<double>(context.constants[i]->ToInts()[0]));
  }
  const double count = std::ceil((bounds[1] - bounds[0]) / bounds[2]);
  if (bounds[2] == 0.0 || !(count <= static_cast<double>(kLargestExtent))) {
    return TooLarge(context);
  }
  return Same(context, {static_cast<std::int64_t>(std::max(count, 0.0))});
}

Result<ValueTypes> InferGather(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(
      context.CheckType(1, {DataType::kInt64, DataType::kInt32}));
  const Shape& x = context.shape(0);
  const Shape& indices = context.shape(1);
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        context.Axis("axis", 0, x.size()));
  if (context.constants[1] != nullptr) {
    for (const std::int64_t index : context.constants[1]->ToInts()) {
      if (index < -x[axis] || index >= x[axis]) {
        return context.Corrupt("index " + std::to_string(index) +
                               " is beyond axis " + std::to_string(axis) +
                               " of " + ShapeText(x));
      }
    }
  }
  const auto split = x.begin() + static_cast<std::ptrdiff_t>(axis);
  Shape shape(x.begin(), split);
  shape.insert(shape.end(), indices.begin(), indices.end());
  shape.insert(shape.end(), split + 1, x.end());
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferSlice(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(const auto starts, context.Integers(1));
  MIEN_ASSIGN_OR_RETURN(const auto ends, context.Integers(2));
  MIEN_ASSIGN_OR_RETURN(const auto axes, OptionalIntegers(context, 3));
  MIEN_ASSIGN_OR_RETURN(const auto steps, OptionalIntegers(context, 4));
  MIEN_ASSIGN_OR_RETURN(
      const auto slices,
      context.Named(ResolveSlice(context.shape(0), starts, ends, axes, steps)));
  Shape shape;
  for (const SliceAxis& slice : slices) {
    shape.push_back(slice.count);
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferPad(const NodeContext& context) {
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(const auto pads, AllPads(context));
  if (context.HasInput(2)) {
    MIEN_RETURN_IF_ERROR(context.CheckType(2, {context.type(0)}));
    if (NumElements(context.shape(2)) != 1) {
      return context.Corrupt("expects one value, got " +
                             ShapeText(context.shape(2)));
    }
  }
  const bool is_reflected = context.node.String("mode", "") == "reflect";
  Shape shape;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::int64_t begin = pads[i];
    const std::int64_t end = pads[x.size() + i];
    const std::int64_t most = is_reflected ? x[i] - 1 : kLargestExtent;
    if (begin > most || end > most || begin < -x[i] || end < -x[i] ||
        x[i] + begin + end < 0) {
      return context.Corrupt("cannot pad axis " + std::to_string(i) + " of " +
                             ShapeText(x) + " by " + std::to_string(begin) +
                             " and " + std::to_string(end));
    }
    shape.push_back(x[i] + begin + end);
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferExpand(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(const Shape wanted, context.Integers(1));
  if (!CheckedNumElements(wanted)) {
    return context.Corrupt("cannot expand to " + ShapeText(wanted));
  }
  MIEN_ASSIGN_OR_RETURN(
      Shape shape, context.Named(BroadcastShapes(context.shape(0), wanted)));
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferTile(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(const auto repeats, context.Integers(1));
  Shape shape = context.shape(0);
  if (repeats.size() != shape.size()) {
    return context.Corrupt("has " + std::to_string(repeats.size()) +
                           " repeats for " + ShapeText(shape));
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (repeats[i] < 0 || repeats[i] > kLargestExtent) {
      return TooLarge(context);
    }
    shape[i] *= repeats[i];
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferResize(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckType(0, {DataType::kFloat32}));
  const Shape& x = context.shape(0);
  Shape shape;
  if (context.HasInput(3)) {
    MIEN_ASSIGN_OR_RETURN(shape, context.Integers(3));
  } else {
    MIEN_ASSIGN_OR_RETURN(shape, ScaledShape(context));
  }
  const bool is_good = shape.size() == x.size() && CheckedNumElements(shape) &&
                       std::ranges::find(shape, 0) == shape.end() &&
                       std::ranges::find(x, 0) == x.end();
  if (!is_good) {
    return context.Corrupt("cannot resize " + ShapeText(x) + " to " +
                           ShapeText(shape));
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferTopK(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckType(0, {DataType::kFloat32}));
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        context.Axis("axis", -1, x.size()));
  MIEN_ASSIGN_OR_RETURN(const auto k, context.Integers(1));
  if (k.size() != 1 || k[0] < 0 || k[0] > x[axis]) {
    return context.Corrupt("cannot take " + ShapeText(k) + " of axis " +
                           std::to_string(axis) + " of " + ShapeText(x));
  }
  Shape shape = x;
  shape[axis] = k[0];
  ValueTypes outputs = {{DataType::kFloat32, shape}, {DataType::kInt64, shape}};
  outputs.resize(std::min<std::size_t>(context.node.outputs.size(), 2));
  return outputs;
}

}  // namespace mien
