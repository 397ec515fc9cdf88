// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/activation.h"

#include <limits>

#include "core/check.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using dnnl::algorithm;

/// Operators without parameters of their own.
std::optional<Eltwise> PlainEltwise(std::string_view name) {
  if (name == "Relu") return Eltwise{algorithm::eltwise_relu};
  if (name == "Sigmoid") return Eltwise{algorithm::eltwise_logistic};
  if (name == "Tanh") return Eltwise{algorithm::eltwise_tanh};
  if (name == "Exp") return Eltwise{algorithm::eltwise_exp};
  if (name == "Log") return Eltwise{algorithm::eltwise_log};
  if (name == "Sqrt") return Eltwise{algorithm::eltwise_sqrt};
  if (name == "Abs") return Eltwise{algorithm::eltwise_abs};
  if (name == "Mish") return Eltwise{algorithm::eltwise_mish};
  if (name == "Softplus") return Eltwise{algorithm::eltwise_soft_relu, 1.0F};
  if (name == "Neg") return Eltwise{algorithm::eltwise_linear, -1.0F};
  if (name == "HardSwish") {
    return Eltwise{
        algorithm::eltwise_hardswish, HardSwish::kAlpha, HardSwish::kBeta};
  }
  return std::nullopt;
}

/// Extents [1, C, 1, ...] for slopes of `value`.
Shape ChannelShape(const MemoryDesc& value, std::int64_t channels) {
  Shape shape(Extents(value).size(), 1);
  shape[1] = channels;
  return shape;
}

}  // namespace

std::optional<std::vector<Eltwise>> EltwisesOf(const Node& node,
                                               std::string_view name) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  if (const auto plain = PlainEltwise(name)) {
    return std::vector<Eltwise>{*plain};
  }
  if (name == "LeakyRelu") {
    return std::vector<Eltwise>{
        {algorithm::eltwise_relu, node.Float("alpha", 0.01F)}};
  }
  if (name == "Elu") {
    return std::vector<Eltwise>{
        {algorithm::eltwise_elu, node.Float("alpha", 1.0F)}};
  }
  if (name == "Swish") {
    return std::vector<Eltwise>{
        {algorithm::eltwise_swish, node.Float("alpha", 1.0F)}};
  }
  if (name == "Clip") {
    const bool is_fused = !node.Is("Clip");
    return std::vector<Eltwise>{
        {algorithm::eltwise_clip,
         node.Float(is_fused ? "alpha" : "min", -kLargest),
         node.Float(is_fused ? "beta" : "max", kLargest)}};
  }
  if (name == "HardSigmoid") {
    return std::vector<Eltwise>{{algorithm::eltwise_linear,
                                 node.Float("alpha", 0.2F),
                                 node.Float("beta", 0.5F)},
                                {algorithm::eltwise_clip, 0.0F, 1.0F}};
  }
  return std::nullopt;
}

void AddEltwises(Lowering& net,
                 const std::vector<Eltwise>& eltwises,
                 const Operand& operand,
                 const LayerInfo& layer) {
  for (const Eltwise& eltwise : eltwises) {
    const PrimitiveDesc desc = EltwiseDesc(net.engine(),
                                           eltwise.algorithm,
                                           operand.desc,
                                           eltwise.alpha,
                                           eltwise.beta,
                                           Lowering::NewAttr());
    MIEN_CHECK(desc);
    net.AddPrimitive(
        desc, {DNNL_ARG_SRC, DNNL_ARG_DST}, {operand, operand}, layer);
  }
}

void AddPrelu(Lowering& net,
              const Tensor& slope,
              const Operand& operand,
              const LayerInfo& layer) {
  const auto count = NumElements(slope.shape());
  if (count == 1) {
    const Eltwise leaky{algorithm::eltwise_relu, slope.ToFloats().front()};
    AddEltwises(net, {leaky}, operand, layer);
    return;
  }
  const MemoryDesc plain = PlainDesc(ChannelShape(operand.desc, count));
  const PrimitiveDesc desc =
      PreluDesc(net.engine(),
                operand.desc,
                AnyDesc(ChannelShape(operand.desc, count), Lowering::Type::f32),
                Lowering::NewAttr());
  MIEN_CHECK(desc);
  const Operand slopes =
      net.Pack(slope, plain, desc.query_md(dnnl::query::weights_md));
  net.AddPrimitive(desc,
                   {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                   {operand, slopes, operand},
                   layer);
}

Operand WritableCopy(Lowering& net, const std::string& value) {
  const Operand operand = net.Read(value);
  if (net.MayOverwrite(value, operand)) {
    return operand;
  }
  const Operand copy = net.NewOperand(operand.desc);
  net.AddReorder(value, operand, copy);
  return copy;
}

Result<Lowered> LowerActivation(Lowering& net, const Node& node) {
  const auto eltwises = EltwisesOf(node, node.op_type);
  if (!eltwises || net.TypeOf(node.inputs[0]) != DataType::kFloat32) {
    return Lowered::kNo;
  }
  const Operand operand = WritableCopy(net, node.inputs[0]);
  AddEltwises(net, *eltwises, operand, net.DescribeLayer(node));
  net.Define(node.outputs[0], operand);
  return Lowered::kYes;
}

Result<Lowered> LowerPrelu(Lowering& net, const Node& node) {
  const Tensor* slope = net.Constant(node.Input(1));
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  if (slope == nullptr || shape.size() < 2 ||
      (NumElements(slope->shape()) != 1 &&
       NumElements(slope->shape()) != shape[1])) {
    return Lowered::kNo;
  }
  const Operand operand = WritableCopy(net, node.inputs[0]);
  AddPrelu(net, *slope, operand, net.DescribeLayer(node));
  net.Define(node.outputs[0], operand);
  return Lowered::kYes;
}

}  // namespace mien::onednn
