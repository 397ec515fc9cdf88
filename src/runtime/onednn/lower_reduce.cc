// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

std::optional<dnnl::algorithm> ReductionAlgorithm(std::string_view op_type) {
  using dnnl::algorithm;
  if (op_type == "ReduceMean") return algorithm::reduction_mean;
  if (op_type == "ReduceSum") return algorithm::reduction_sum;
  if (op_type == "ReduceMax") return algorithm::reduction_max;
  if (op_type == "ReduceMin") return algorithm::reduction_min;
  if (op_type == "ReduceL2") return algorithm::reduction_norm_lp_sum;
  if (op_type == "ReduceSumSquare") {
    return algorithm::reduction_norm_lp_power_p_sum;
  }
  return std::nullopt;
}

/// `shape` with extent 1 along the axes that `node` reduces.
Shape KeptShape(const Node& node, const Shape& shape) {
  const std::vector<std::int64_t> axes = node.Ints("axes", {});
  Shape kept = shape;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto axis = static_cast<std::int64_t>(i);
    const auto rank = static_cast<std::int64_t>(shape.size());
    const bool is_reduced =
        axes.empty() || std::ranges::any_of(axes, [&](std::int64_t a) {
          return (a < 0 ? a + rank : a) == axis;
        });
    kept[i] = is_reduced ? 1 : kept[i];
  }
  return kept;
}

}  // namespace

Result<Lowered> LowerReduce(Lowering& net, const Node& node) {
  const auto algorithm = ReductionAlgorithm(node.op_type);
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  const Shape kept = KeptShape(node, shape);
  if (!algorithm || net.TypeOf(node.inputs[0]) != DataType::kFloat32 ||
      kept == shape) {
    return Lowered::kNo;
  }
  const Operand src = net.ReadPlain(node.inputs[0]);
  const MemoryDesc kept_desc = PlainDesc(kept);
  const PrimitiveDesc desc = ReductionDesc(
      net.engine(), *algorithm, src.desc, kept_desc, Lowering::NewAttr());
  if (!desc) {
    return Lowered::kNo;
  }
  Operand dst = net.NewOperand(kept_desc);
  net.AddPrimitive(
      desc, {DNNL_ARG_SRC, DNNL_ARG_DST}, {src, dst}, net.DescribeLayer(node));
  dst.desc = PlainDesc(net.ShapeOf(node.outputs[0]));
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

Result<Lowered> LowerSoftmax(Lowering& net, const Node& node) {
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  std::int64_t axis = node.Int("axis", -1);
  axis = axis < 0 ? axis + static_cast<std::int64_t>(shape.size()) : axis;
  const auto make = [&](const MemoryDesc& src) {
    return SoftmaxDesc(net.engine(),
                       node.op_type == "LogSoftmax"
                           ? dnnl::algorithm::softmax_log
                           : dnnl::algorithm::softmax_accurate,
                       src,
                       static_cast<int>(axis),
                       Lowering::NewAttr());
  };
  MemoryDesc layout = WithType(net.Read(node.inputs[0]).desc, Type::f32);
  PrimitiveDesc desc = make(layout);
  if (!desc || IsReference(desc)) {
    layout = PlainDesc(shape);
    desc = make(layout);
  }
  if (!desc) {
    return Lowered::kNo;
  }
  const Operand src = net.ReadAs(node.inputs[0], layout);
  const Operand dst = net.NewOperand(layout);
  net.AddPrimitive(
      desc, {DNNL_ARG_SRC, DNNL_ARG_DST}, {src, dst}, net.DescribeLayer(node));
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

}  // namespace mien::onednn
