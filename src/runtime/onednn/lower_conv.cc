// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/check.h"
#include "graph/window.h"
#include "runtime/onednn/choose_conv.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

Window ToWindow(const std::vector<WindowAxis>& axes) {
  Window window;
  for (const WindowAxis& axis : axes) {
    window.strides.push_back(axis.stride);
    window.dilates.push_back(axis.dilation - 1);
    window.pads_begin.push_back(axis.pad_begin);
    // The end that the output needs, which may leave out some of the padding.
    window.pads_end.push_back((axis.out - 1) * axis.stride +
                              (axis.kernel - 1) * axis.dilation + 1 - axis.in -
                              axis.pad_begin);
  }
  return window;
}

Shape GroupedWeightShape(const Shape& weights, std::int64_t groups) {
  if (groups == 1) {
    return weights;
  }
  Shape grouped = {groups, weights[0] / groups};
  grouped.insert(grouped.end(), weights.begin() + 1, weights.end());
  return grouped;
}

void AddConv(Lowering& net,
             const Node& node,
             const ConvProblem& problem,
             const ConvChoice& choice,
             LayerInfo layer) {
  const auto query = [&](dnnl::query what, int index = 0) {
    return choice.desc.query_md(what, index);
  };
  const Operand src = net.ReadAs(node.inputs[0], query(dnnl::query::src_md));
  const Operand dst =
      Destination(net, problem, query(dnnl::query::dst_md), src);
  std::vector<int> arguments = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
  std::vector<Operand> operands = {src,
                                   net.Pack(*problem.weights,
                                            PlainDesc(problem.weight_shape),
                                            query(dnnl::query::weights_md)),
                                   dst};
  if (problem.bias != nullptr) {
    arguments.push_back(DNNL_ARG_BIAS);
    operands.push_back(net.Pack(*problem.bias,
                                PlainDesc({problem.dst[1]}),
                                query(dnnl::query::weights_md, 1)));
  }
  net.AddPrimitive(choice.desc, arguments, operands, layer);
  layer.flops = 0.0;
  FinishConv(net, node, problem, dst, choice.fuses_activation, layer);
}

}  // namespace

Result<ConvProblem> ReadConvProblem(const Lowering& net, const Node& node) {
  ConvProblem problem;
  problem.weights = net.Constant(node.Input(1));
  if (problem.weights == nullptr) {
    return problem;
  }
  problem.bias = net.Constant(node.Input(2));
  problem.residual = node.Input(3);
  problem.slope = net.Constant(node.Input(4));
  problem.src = net.ShapeOf(node.inputs[0]);
  problem.dst = net.ShapeOf(node.outputs[0]);
  problem.weight_shape =
      GroupedWeightShape(problem.weights->shape(), node.Int("group", 1));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<WindowAxis> axes,
      ResolveWindow(node, net.opset(), problem.src, problem.weights->shape()));
  problem.window = ToWindow(axes);
  problem.eltwises = EltwisesOf(node, node.String("activation", ""))
                         .value_or(std::vector<Eltwise>());
  return problem;
}

bool HasConstants(const Node& node, const ConvProblem& problem) {
  const bool bias_varies = problem.bias == nullptr && !node.Input(2).empty();
  const bool slope_varies = problem.slope == nullptr && !node.Input(4).empty();
  return problem.weights != nullptr && !bias_varies && !slope_varies;
}

std::vector<float> SlopesOf(const Tensor& slope, std::int64_t channels) {
  std::vector<float> slopes = slope.ToFloats();
  slopes.resize(static_cast<std::size_t>(channels), slopes.front());
  return slopes;
}

Operand Destination(Lowering& net,
                    const ConvProblem& problem,
                    const MemoryDesc& desc,
                    const Operand& src) {
  if (problem.residual.empty()) {
    return net.NewOperand(desc);
  }
  const Operand residual = net.ReadAs(problem.residual, desc);
  const bool is_source = !src.constant && src.storage == residual.storage;
  if (!is_source && net.MayOverwrite(problem.residual, residual)) {
    return residual;
  }
  const Operand copy = net.NewOperand(desc);
  net.AddReorder(problem.residual, residual, copy);
  return copy;
}

double ConvFlops(const ConvProblem& problem) {
  const Shape& w = problem.weights->shape();
  const double per_output =
      2.0 * static_cast<double>(NumElements(w)) / static_cast<double>(w[0]);
  return per_output * static_cast<double>(NumElements(problem.dst));
}

void FinishConv(Lowering& net,
                const Node& node,
                const ConvProblem& problem,
                const Operand& dst,
                bool has_activation,
                const LayerInfo& layer) {
  if (!problem.eltwises.empty() && !has_activation) {
    AddEltwises(net, problem.eltwises, dst, layer);
  }
  if (problem.slope != nullptr) {
    const Node* reader = net.OnlyReader(node.outputs[0]);
    if (reader != nullptr && IsChannelsLast(dst.desc) &&
        RectifiesItsInput(net, *reader)) {
      net.DefineUnrectified(node.outputs[0],
                            {dst, SlopesOf(*problem.slope, problem.dst[1])});
      return;
    }
    const auto quantizer = net.OnlyQuantizer(node.outputs[0]);
    if (quantizer && IsChannelsLast(dst.desc) &&
        ElementType(dst.desc) == Type::f32) {
      AddQuantize(net,
                  *quantizer,
                  dst,
                  SlopesOf(*problem.slope, problem.dst[1]),
                  layer);
      return;
    }
    AddPrelu(net, *problem.slope, dst, layer);
  }
  net.Define(node.outputs[0], dst);
}

Result<Lowered> LowerConv(Lowering& net, const Node& node) {
  MIEN_ASSIGN_OR_RETURN(const ConvProblem problem, ReadConvProblem(net, node));
  if (!HasConstants(node, problem)) {
    return Lowered::kNo;
  }
  if (LowerDepthwise(net, node, problem) || LowerByteConv(net, node, problem) ||
      LowerWinograd(net, node, problem)) {
    return Lowered::kYes;
  }
  const MemoryDesc standing = net.IsDefined(node.inputs[0])
                                  ? net.Read(node.inputs[0]).desc
                                  : MemoryDesc();
  const ConvChoice choice =
      ChooseConv(net, problem, net.PreferredType(node.outputs[0]), standing);
  if (!choice.desc) {
    return Lowered::kNo;
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.flops = ConvFlops(problem);
  const MemoryDesc src = choice.desc.query_md(dnnl::query::src_md);
  layer.precision = ElementType(src) == Type::bf16 ? Precision::kBfloat16
                                                   : Precision::kFloat32;
  AddConv(net, node, problem, choice, std::move(layer));
  return Lowered::kYes;
}

}  // namespace mien::onednn
