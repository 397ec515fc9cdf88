// SPDX-License-Identifier: Apache-2.0
//
// The steps that operators add to the plan.
#include <algorithm>
#include <utility>

#include "core/check.h"
#include "runtime/onednn/lowering.h"

namespace mien::onednn {
namespace {

template <typename T>
void ConvertFrom(const std::byte* from, std::size_t count, float* to) {
  const T* typed = reinterpret_cast<const T*>(from);
  std::transform(
      typed, typed + count, to, [](T x) { return static_cast<float>(x); });
}

/// Integers and truth values as floats.
void ConvertToFloat(DataType type,
                    const std::byte* from,
                    std::size_t count,
                    float* to) {
  switch (type) {
    case DataType::kInt64:
      return ConvertFrom<std::int64_t>(from, count, to);
    case DataType::kInt32:
      return ConvertFrom<std::int32_t>(from, count, to);
    case DataType::kInt8:
      return ConvertFrom<std::int8_t>(from, count, to);
    case DataType::kUint8:
    case DataType::kBool:
      return ConvertFrom<std::uint8_t>(from, count, to);
    default:
      MIEN_CHECK(false && "canonical graphs hold no other type");
  }
}

}  // namespace

void Lowering::AddStep(std::unique_ptr<const Kernel> kernel,
                       std::vector<Operand> operands,
                       LayerInfo layer) {
  plan_.steps.push_back({std::move(kernel), std::move(operands)});
  plan_.layers.push_back(std::move(layer));
}

void Lowering::AddPrimitive(const PrimitiveDesc& desc,
                            std::vector<int> arguments,
                            std::vector<Operand> operands,
                            LayerInfo layer) {
  const MemoryDesc scratch = desc.scratchpad_desc();
  if (scratch.get_size() > 0) {
    arguments.push_back(DNNL_ARG_SCRATCHPAD);
    operands.push_back(NewOperand(scratch));
  }
  std::vector<MemoryDesc> descs;
  for (const Operand& operand : operands) {
    descs.push_back(operand.desc);
  }
  layer.implementation = desc.impl_info_str();
  AddStep(MakePrimitiveKernel(
              dnnl::primitive(desc.get()), std::move(arguments), descs),
          std::move(operands),
          std::move(layer));
}

void Lowering::AddConversion(const std::string& value,
                             const Operand& from,
                             const Operand& to) {
  const DataType type = TypeOf(value);
  const auto count = static_cast<std::size_t>(NumElements(ShapeOf(value)));
  LayerInfo layer;
  layer.name = value;
  layer.op_type = "Cast";
  layer.implementation = "loop";
  layer.output_shape = ShapeOf(value);
  AddStep(MakeLoopKernel([type, count](std::span<std::byte* const> at) {
            ConvertToFloat(type, at[0], count, reinterpret_cast<float*>(at[1]));
          }),
          {from, to},
          std::move(layer));
}

LayerInfo Lowering::DescribeLayer(const Node& node) const {
  LayerInfo layer;
  layer.name = node.name.empty() ? node.outputs.front() : node.name;
  layer.op_type = node.op_type;
  layer.output_shape = ShapeOf(node.outputs.front());
  return layer;
}

void Lowering::AddReorder(const std::string& value,
                          const Operand& from,
                          const Operand& to) {
  const PrimitiveDesc desc =
      ReorderDesc(engine(), from.desc, to.desc, NewAttr());
  MIEN_CHECK(desc);
  LayerInfo layer;
  layer.name = value;
  layer.op_type = "Reorder";
  layer.output_shape = ShapeOf(value);
  AddPrimitive(
      desc, {DNNL_ARG_FROM, DNNL_ARG_TO}, {from, to}, std::move(layer));
}

dnnl::primitive_attr Lowering::NewAttr() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

}  // namespace mien::onednn
