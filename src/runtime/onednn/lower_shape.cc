// SPDX-License-Identifier: Apache-2.0
//
// Operators that only move elements. Where the layout allows, they become
// another view of the same memory.
#include <algorithm>

#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// The same memory with other extents; non-float values are bytes anyway.
Operand Reshaped(Operand operand, DataType type, const Shape& shape) {
  if (type == DataType::kFloat32) {
    operand.desc = PlainDesc(shape);
  }
  return operand;
}

/// Part of a row-major value along one axis or several.
struct SliceWindow {
  Shape begin;
  Shape step;
  Shape extents;
};

/// Defines `output` as that part of `input`.
void AddSlice(Lowering& net,
              const Node& node,
              const std::string& output,
              const SliceWindow& window) {
  Operand from = net.ReadPlain(node.inputs[0]);
  const Dims strides = Strides(from.desc);
  Dims view_strides = strides;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    view_strides[i] = strides[i] * window.step[i];
    first += strides[i] * window.begin[i];
  }
  from.offset += static_cast<std::size_t>(first) * sizeof(float);
  from.desc = {Dims(window.extents.begin(), window.extents.end()),
               Type::f32,
               view_strides};
  if (IsPlain(from.desc) && !from.constant) {
    net.Define(output, from);
    return;
  }
  const Operand to = net.NewOperand(PlainDesc(window.extents));
  net.AddReorder(output, from, to);
  net.Define(output, to);
}

/// The values of a constant input, or `fallback` where it is left out.
std::optional<Shape> IntsOf(const Lowering& net,
                            const std::string& name,
                            Shape fallback) {
  if (name.empty()) {
    return fallback;
  }
  const Tensor* tensor = net.Constant(name);
  if (tensor == nullptr) {
    return std::nullopt;
  }
  return tensor->ToInts();
}

Shape FirstIntegers(std::size_t count) {
  Shape numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] = static_cast<std::int64_t>(i);
  }
  return numbers;
}

}  // namespace

Result<Lowered> LowerIdentity(Lowering& net, const Node& node) {
  net.Define(node.outputs[0], net.Read(node.inputs[0]));
  return Lowered::kYes;
}

Result<Lowered> LowerReshape(Lowering& net, const Node& node) {
  net.Define(node.outputs[0],
             Reshaped(net.ReadPlain(node.inputs[0]),
                      net.TypeOf(node.inputs[0]),
                      net.ShapeOf(node.outputs[0])));
  return Lowered::kYes;
}

Result<Lowered> LowerTranspose(Lowering& net, const Node& node) {
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  if (net.TypeOf(node.inputs[0]) != DataType::kFloat32 || shape.empty()) {
    return Lowered::kNo;
  }
  Shape reversed = FirstIntegers(shape.size());
  std::ranges::reverse(reversed);
  const Shape permutation = node.Ints("perm", reversed);
  // The layout of the input that makes the output row-major: often it is there
  // already, since channels-last is what convolutions like.
  const MemoryDesc result = PlainDesc(net.ShapeOf(node.outputs[0]));
  const Dims result_strides = Strides(result);
  Dims strides(shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i) {
    strides[static_cast<std::size_t>(permutation[i])] = result_strides[i];
  }
  Operand operand = net.ReadAs(
      node.inputs[0], {Dims(shape.begin(), shape.end()), Type::f32, strides});
  operand.desc = result;
  net.Define(node.outputs[0], operand);
  return Lowered::kYes;
}

Result<Lowered> LowerSlice(Lowering& net, const Node& node) {
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  const auto starts = IntsOf(net, node.Input(1), {});
  if (net.TypeOf(node.inputs[0]) != DataType::kFloat32 || !starts) {
    return Lowered::kNo;
  }
  const auto axes = IntsOf(net, node.Input(3), FirstIntegers(starts->size()));
  const auto steps = IntsOf(net, node.Input(4), Shape(starts->size(), 1));
  if (!axes || !steps ||
      std::ranges::any_of(*steps, [](std::int64_t s) { return s < 1; })) {
    return Lowered::kNo;
  }
  SliceWindow window{Shape(shape.size(), 0),
                     Shape(shape.size(), 1),
                     net.ShapeOf(node.outputs[0])};
  const auto rank = static_cast<std::int64_t>(shape.size());
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const std::int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + rank : (*axes)[i];
    const std::int64_t extent = shape[static_cast<std::size_t>(axis)];
    const std::int64_t start =
        (*starts)[i] < 0 ? (*starts)[i] + extent : (*starts)[i];
    window.begin[static_cast<std::size_t>(axis)] =
        std::clamp<std::int64_t>(start, 0, extent);
    window.step[static_cast<std::size_t>(axis)] = (*steps)[i];
  }
  AddSlice(net, node, node.outputs[0], window);
  return Lowered::kYes;
}

Result<Lowered> LowerSplit(Lowering& net, const Node& node) {
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  if (net.TypeOf(node.inputs[0]) != DataType::kFloat32) {
    return Lowered::kNo;
  }
  std::int64_t axis = node.Int("axis", 0);
  axis = axis < 0 ? axis + static_cast<std::int64_t>(shape.size()) : axis;
  SliceWindow window{Shape(shape.size(), 0), Shape(shape.size(), 1), {}};
  for (const std::string& output : node.outputs) {
    if (output.empty()) {
      return Lowered::kNo;
    }
    window.extents = net.ShapeOf(output);
    AddSlice(net, node, output, window);
    window.begin[static_cast<std::size_t>(axis)] +=
        window.extents[static_cast<std::size_t>(axis)];
  }
  return Lowered::kYes;
}

}  // namespace mien::onednn
