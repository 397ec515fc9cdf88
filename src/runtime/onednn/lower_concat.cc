// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/onednn/operators.h"
#include "runtime/onednn/row_join.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// Layouts in which the inputs can be joined: as they stand when they agree,
/// otherwise with the channels last.
std::vector<MemoryDesc> InputLayouts(Lowering& net,
                                     const Node& node,
                                     Type type) {
  std::vector<MemoryDesc> layouts;
  bool all_plain = true;
  for (const std::string& input : node.inputs) {
    layouts.push_back(WithType(net.Read(input).desc, type));
    all_plain = all_plain && IsPlain(layouts.back());
  }
  const bool all_channels_last = std::ranges::all_of(
      layouts, [](const MemoryDesc& desc) { return IsChannelsLast(desc); });
  const bool all_blocked = std::ranges::all_of(
      layouts,
      [](const MemoryDesc& desc) { return IsBlocked(desc) && IsDense(desc); });
  if (!all_plain && !all_channels_last && !all_blocked) {
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      const Shape& shape = net.ShapeOf(node.inputs[i]);
      layouts[i] = shape.size() > 2 ? ChannelsLastDesc(shape, type)
                                    : PlainDesc(shape, type);
    }
  }
  return layouts;
}

/// The result's layout, given those of the inputs, which agree.
MemoryDesc ResultLayout(const MemoryDesc& input,
                        const Shape& shape,
                        Type type) {
  if (IsBlocked(input)) {
    return AnyDesc(shape, type);
  }
  return IsPlain(input) ? PlainDesc(shape, type)
                        : ChannelsLastDesc(shape, type);
}

PrimitiveDesc MakeConcat(const Lowering& net,
                         const Node& node,
                         std::int64_t axis,
                         const std::vector<MemoryDesc>& layouts,
                         Type type) {
  return ConcatDesc(
      net.engine(),
      ResultLayout(layouts[0], net.ShapeOf(node.outputs[0]), type),
      static_cast<int>(axis),
      layouts,
      Lowering::NewAttr());
}

/// Whether each pixel's channels stand one behind the other and are joined.
bool JoinsPixels(std::int64_t axis, const std::vector<MemoryDesc>& layouts) {
  return axis == 1 &&
         std::ranges::all_of(layouts, [](const MemoryDesc& layout) {
           return IsChannelsLast(layout) && !IsPlain(layout);
         });
}

/// Joins the channels of `sources`, for which JoinsPixels().
Operand AddPixelJoin(Lowering& net,
                     const Node& node,
                     std::vector<Operand> sources,
                     LayerInfo layer) {
  const Shape& shape = net.ShapeOf(node.outputs[0]);
  const Type type = ElementType(sources.front().desc);
  RowJoin join;
  join.rows = static_cast<std::size_t>(NumElements(shape) / shape[1]);
  for (const Operand& source : sources) {
    join.row_bytes.push_back(static_cast<std::size_t>(Extents(source.desc)[1]) *
                             dnnl::memory::data_type_size(type));
  }
  const Operand result = net.NewOperand(ChannelsLastDesc(shape, type));
  sources.push_back(result);
  layer.implementation = "loop";
  net.AddStep(
      MakeLoopKernel([join = std::move(join)](std::span<std::byte* const> at) {
        join.Run(at);
      }),
      std::move(sources),
      std::move(layer));
  return result;
}

/// Joins values that stand in 8-bit integers of one scale; false where they do
/// not.
bool LowerByteConcat(Lowering& net, const Node& node, std::int64_t axis) {
  const auto sources = SameBytes(net, node);
  if (!sources) {
    return false;
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.precision = Precision::kInt8;
  const std::string result = net.OnlyQuantizer(node.outputs[0])->value;
  std::vector<MemoryDesc> layouts;
  std::vector<int> arguments;
  for (std::size_t i = 0; i < sources->size(); ++i) {
    layouts.push_back((*sources)[i].desc);
    arguments.push_back(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i));
  }
  if (JoinsPixels(axis, layouts)) {
    net.Define(result, AddPixelJoin(net, node, *sources, std::move(layer)));
    return true;
  }
  const PrimitiveDesc desc =
      MakeConcat(net, node, axis, layouts, ElementType(layouts[0]));
  if (!desc || IsReference(desc)) {
    return false;
  }
  std::vector<Operand> operands = *sources;
  operands.push_back(net.NewOperand(desc.query_md(dnnl::query::dst_md)));
  arguments.push_back(DNNL_ARG_DST);
  net.AddPrimitive(desc, arguments, operands, std::move(layer));
  net.Define(result, operands.back());
  return true;
}

}  // namespace

Result<Lowered> LowerConcat(Lowering& net, const Node& node) {
  const Shape& shape = net.ShapeOf(node.outputs[0]);
  if (net.TypeOf(node.inputs[0]) != DataType::kFloat32) {
    return Lowered::kNo;
  }
  std::int64_t axis = node.Int("axis", 0);
  axis = axis < 0 ? axis + static_cast<std::int64_t>(shape.size()) : axis;
  if (LowerByteConcat(net, node, axis)) {
    return Lowered::kYes;
  }
  const Type type = net.PreferredType(node.outputs[0]);
  std::vector<MemoryDesc> layouts = InputLayouts(net, node, type);
  if (JoinsPixels(axis, layouts)) {
    std::vector<Operand> sources;
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      sources.push_back(net.ReadAs(node.inputs[i], layouts[i]));
    }
    net.Define(
        node.outputs[0],
        AddPixelJoin(net, node, std::move(sources), net.DescribeLayer(node)));
    return Lowered::kYes;
  }
  PrimitiveDesc desc = MakeConcat(net, node, axis, layouts, type);
  if (!desc || IsReference(desc)) {
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      layouts[i] = PlainDesc(net.ShapeOf(node.inputs[i]), type);
    }
    desc = MakeConcat(net, node, axis, layouts, type);
  }
  if (!desc) {
    return Lowered::kNo;
  }
  std::vector<int> arguments;
  std::vector<Operand> operands;
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    arguments.push_back(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i));
    operands.push_back(net.ReadAs(node.inputs[i], layouts[i]));
  }
  const Operand dst = net.NewOperand(desc.query_md(dnnl::query::dst_md));
  arguments.push_back(DNNL_ARG_DST);
  operands.push_back(dst);
  net.AddPrimitive(desc, arguments, operands, net.DescribeLayer(node));
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

}  // namespace mien::onednn
