// SPDX-License-Identifier: Apache-2.0
//
// QuantizeLinear and DequantizeLinear with one scale for all elements. A
// DequantizeLinear makes no step: those that can read the integers do so, and
// floats are made when someone else asks for them.
#include "core/check.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// One row per channel vector where slopes ask for it, else one per sample.
QuantizeLoop LoopOver(const Operand& from,
                      const Quantization& quantization,
                      std::vector<float> slopes) {
  const Dims extents = Extents(from.desc);
  const auto count = static_cast<std::size_t>(
      NumElements(Shape(extents.begin(), extents.end())));
  const std::int64_t channels =
      slopes.empty() ? static_cast<std::int64_t>(count) / extents[0]
                     : extents[1];
  MIEN_CHECK(slopes.empty() ||
             (IsChannelsLast(from.desc) && std::ssize(slopes) == channels));
  return {.rows = count / static_cast<std::size_t>(channels),
          .channels = static_cast<std::size_t>(channels),
          .slopes = std::move(slopes),
          .quantization = quantization};
}

}  // namespace

void AddQuantize(Lowering& net,
                 const QuantizedValue& target,
                 const Operand& from,
                 std::vector<float> slopes,
                 LayerInfo layer) {
  QuantizeLoop loop = LoopOver(from, target.quantization, std::move(slopes));
  const Operand to =
      net.NewOperand(WithType(from.desc, ByteType(target.quantization.type)));
  layer.implementation = "loop";
  layer.flops = 0.0;
  net.AddStep(
      MakeLoopKernel([loop = std::move(loop)](std::span<std::byte* const> at) {
        loop.Run(reinterpret_cast<const float*>(at[0]), at[1]);
      }),
      {from, to},
      std::move(layer));
  net.Define(target.value, to);
}

Result<Lowered> LowerQuantize(Lowering& net, const Node& node) {
  if (net.IsDefined(node.outputs[0])) {
    return Lowered::kYes;  // by the node that makes its input
  }
  const auto quantization = net.QuantizationOf(node);
  if (!quantization || net.Constant(node.inputs[0]) != nullptr ||
      net.TypeOf(node.inputs[0]) != DataType::kFloat32 ||
      NumElements(net.ShapeOf(node.inputs[0])) == 0 ||
      net.ShapeOf(node.inputs[0]).empty()) {
    return Lowered::kNo;
  }
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  const Operand from = net.ReadAs(
      node.inputs[0],
      shape.size() > 2 ? ChannelsLastDesc(shape, Type::f32) : PlainDesc(shape));
  AddQuantize(
      net, {node.outputs[0], *quantization}, from, {}, net.DescribeLayer(node));
  return Lowered::kYes;
}

Result<Lowered> LowerDequantize(Lowering& net, const Node& node) {
  const auto quantization = net.QuantizationOf(node);
  if (!quantization || net.Constant(node.inputs[0]) != nullptr ||
      net.TypeOf(node.inputs[0]) != quantization->type) {
    return Lowered::kNo;
  }
  const Dims extents = Extents(net.Read(node.inputs[0]).desc);
  if (Shape(extents.begin(), extents.end()) != net.ShapeOf(node.inputs[0])) {
    return Lowered::kNo;  // bytes in row
  }
  net.DefineQuantized(node.outputs[0], {node.inputs[0], *quantization});
  return Lowered::kYes;
}

void AddDequantize(Lowering& net,
                   const std::string& value,
                   const QuantizedValue& source) {
  const Operand from = net.Read(source.value);
  const Operand to = net.NewOperand(WithType(from.desc, Type::f32));
  LayerInfo layer;
  layer.name = value;
  layer.op_type = "DequantizeLinear";
  layer.implementation = "loop";
  layer.output_shape = net.ShapeOf(value);
  const auto count = static_cast<std::size_t>(NumElements(layer.output_shape));
  net.AddStep(
      MakeLoopKernel([quantization = source.quantization,
                      count](std::span<std::byte* const> at) {
        DequantizeLoop(
            quantization, at[0], count, reinterpret_cast<float*>(at[1]));
      }),
      {from, to},
      std::move(layer));
  net.Define(value, to);
}

std::optional<std::vector<Operand>> SameBytes(Lowering& net, const Node& node) {
  const auto quantizer = net.OnlyQuantizer(node.outputs[0]);
  if (!net.wants_int8() || !quantizer) {
    return std::nullopt;
  }
  std::vector<Operand> operands;
  for (const std::string& input : node.inputs) {
    const auto source = net.QuantizedSource(input);
    if (!source || source->quantization != quantizer->quantization) {
      return std::nullopt;
    }
    operands.push_back(net.Read(source->value));
    const Shape& shape = net.ShapeOf(source->value);
    if (shape.size() > 2 && !IsChannelsLast(operands.back().desc)) {
      operands.back() = net.ReadAs(
          source->value,
          ChannelsLastDesc(shape, ElementType(operands.back().desc)));
    }
  }
  return operands;
}

}  // namespace mien::onednn
