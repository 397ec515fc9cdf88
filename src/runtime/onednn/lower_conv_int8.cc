// SPDX-License-Identifier: Apache-2.0
//
// Convolutions of 8-bit integers that sum in 32 bits. With x = sx (q - z) and
// weights w = sw wq, per output channel: y = sx sw (conv(q - z, wq) + b / (sx
// sw)), and oneDNN subtracts z, scales by sx sw and applies what follows. Where
// only a QuantizeLinear reads the result, it is rounded to 8 bits at once.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "runtime/onednn/conv_problem.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// What oneDNN is asked for.
struct ByteRequest {
  Quantization src;
  std::optional<Quantization> dst;  ///< nothing for floats
  std::vector<float> weight_scales;
};

/// Whether a positive factor may as well come before the activation.
bool IsHomogeneous(const ConvProblem& problem) {
  return std::ranges::all_of(problem.eltwises, [](const Eltwise& eltwise) {
    return eltwise.algorithm == dnnl::algorithm::eltwise_relu;
  });
}

dnnl::primitive_attr MakeAttr(const ConvProblem& problem,
                              const ByteRequest& request) {
  std::vector<float> scales = request.weight_scales;
  const float step = request.dst ? request.dst->scale : 1.0F;
  const bool scales_first = IsHomogeneous(problem);
  for (float& scale : scales) {
    scale *= request.src.scale / (scales_first ? step : 1.0F);
  }
  dnnl::post_ops post_ops;
  if (!problem.residual.empty()) {
    post_ops.append_sum(1.0F);
  }
  for (const Eltwise& eltwise : problem.eltwises) {
    AppendEltwise(post_ops, eltwise.algorithm, eltwise.alpha, eltwise.beta);
  }
  const auto zero =
      static_cast<float>(request.dst ? request.dst->zero_point : 0);
  if (!scales_first || zero != 0.0F) {
    AppendEltwise(post_ops,
                  dnnl::algorithm::eltwise_linear,
                  scales_first ? 1.0F : 1.0F / step,
                  zero);
  }
  dnnl::primitive_attr attr = Lowering::NewAttr();
  attr.set_post_ops(post_ops);
  SetIntegerScales(attr, scales, request.src.zero_point);
  return attr;
}

/// `name` as ConvolutionDesc() takes it.
PrimitiveDesc TryByteConv(const Lowering& net,
                          const ConvProblem& problem,
                          const ByteRequest& request,
                          std::string_view name = {}) {
  const PrimitiveDesc desc = ConvolutionDesc(
      net.engine(),
      dnnl::algorithm::convolution_direct,
      AnyDesc(problem.src, ByteType(request.src.type)),
      AnyDesc(problem.weight_shape, Type::s8),
      problem.bias == nullptr ? MemoryDesc()
                              : AnyDesc({problem.dst[1]}, Type::f32),
      AnyDesc(problem.dst,
              request.dst ? ByteType(request.dst->type) : Type::f32),
      problem.window,
      MakeAttr(problem, request),
      name);
  // Plain weights could not hold what oneDNN adds to them.
  const bool is_fast = desc && !IsReference(desc) &&
                       IsBlocked(desc.query_md(dnnl::query::weights_md));
  return is_fast ? desc : PrimitiveDesc();
}

/// The fastest that oneDNN offers. Its first choice is one by batches of small
/// products ("brgconv"), which uses AMX; without that its older one gives the
/// same bits in less time: on an EPYC (Zen 4) of MobileFaceNet 2 % at batch 1
/// and 4 % at batch 16, of Inception-ResNet-v1 2 % and nothing.
PrimitiveDesc ChooseByteConv(const Lowering& net,
                             const ConvProblem& problem,
                             const ByteRequest& request) {
  const PrimitiveDesc first = TryByteConv(net, problem, request);
  const std::string_view name = first ? first.impl_info_str() : "";
  if (name.starts_with("brgconv") &&
      name.find("amx") == std::string_view::npos) {
    const PrimitiveDesc older = TryByteConv(net, problem, request, "jit_int8");
    return older ? older : first;
  }
  return first;
}

/// The bias in units of the sums of integers.
Tensor SumBias(const ConvProblem& problem, const ByteRequest& request) {
  std::vector<float> bias = problem.bias->ToFloats();
  for (std::size_t i = 0; i < bias.size(); ++i) {
    bias[i] /= request.src.scale * request.weight_scales[i];
  }
  return Tensor::Float(problem.bias->shape(), bias);
}

}  // namespace

bool LowerByteConv(Lowering& net,
                   const Node& node,
                   const ConvProblem& problem) {
  const auto source = net.QuantizedSource(node.inputs[0]);
  if (!kHasIntegerConvolution || !net.wants_int8() || !source) {
    return false;
  }
  const ByteWeights& weights = net.PackBytes(*problem.weights);
  const auto quantizer = net.OnlyQuantizer(node.outputs[0]);
  const bool ends_in_bytes =
      quantizer && problem.residual.empty() && problem.slope == nullptr;
  ByteRequest request{source->quantization, {}, weights.scales};
  if (ends_in_bytes) {
    request.dst = quantizer->quantization;
  }
  const PrimitiveDesc desc = ChooseByteConv(net, problem, request);
  if (!desc) {
    return false;
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.flops = ConvFlops(problem);
  layer.precision = Precision::kInt8;
  const Operand src =
      net.ReadAs(source->value, desc.query_md(dnnl::query::src_md));
  const Operand dst =
      Destination(net, problem, desc.query_md(dnnl::query::dst_md), src);
  std::vector<int> arguments = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
  std::vector<Operand> operands = {
      src,
      net.Pack(weights.integers,
               PlainDesc(problem.weight_shape, Type::s8),
               desc.query_md(dnnl::query::weights_md)),
      dst};
  if (problem.bias != nullptr) {
    arguments.push_back(DNNL_ARG_BIAS);
    operands.push_back(net.Pack(SumBias(problem, request),
                                PlainDesc({problem.dst[1]}),
                                desc.query_md(dnnl::query::weights_md, 1)));
  }
  net.AddPrimitive(desc, arguments, operands, layer);
  layer.flops = 0.0;
  if (ends_in_bytes) {
    net.Define(quantizer->value, dst);
  } else {
    FinishConv(net, node, problem, dst, /*has_activation=*/true, layer);
  }
  return true;
}

}  // namespace mien::onednn
