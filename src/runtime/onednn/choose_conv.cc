// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/choose_conv.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// What to ask oneDNN for.
struct ConvRequest {
  Type compute = Type::f32;
  Type result = Type::f32;
  bool fuses_activation = false;
  dnnl::algorithm algorithm = dnnl::algorithm::convolution_direct;
  std::string_view name = {};  ///< as ConvolutionDesc() takes it
  MemoryDesc src = {};         ///< empty where oneDNN chooses
};

PrimitiveDesc TryConv(const Lowering& net,
                      const ConvProblem& problem,
                      const ConvRequest& request) {
  dnnl::post_ops post_ops;
  if (!problem.residual.empty()) {
    post_ops.append_sum(1.0F);
  }
  if (request.fuses_activation) {
    for (const Eltwise& eltwise : problem.eltwises) {
      AppendEltwise(post_ops, eltwise.algorithm, eltwise.alpha, eltwise.beta);
    }
  }
  dnnl::primitive_attr attr = Lowering::NewAttr();
  attr.set_post_ops(post_ops);
  return ConvolutionDesc(
      net.engine(),
      request.algorithm,
      IsEmpty(request.src) ? AnyDesc(problem.src, request.compute)
                           : request.src,
      AnyDesc(problem.weight_shape, request.compute),
      problem.bias == nullptr ? MemoryDesc()
                              : AnyDesc({problem.dst[1]}, Type::f32),
      AnyDesc(problem.dst, request.result),
      problem.window,
      attr,
      request.name);
}

/// The variant that makes 4 x 4 outputs at a time, which multiplies least, or
/// else another; of one sample oneDNN would rather make 2 x 2.
std::optional<ConvChoice> TryWinograd(const Lowering& net,
                                      const ConvProblem& problem) {
  if (!WinogradPays(problem)) {
    return std::nullopt;
  }
  const bool can_fuse = !problem.eltwises.empty();
  for (const std::string_view name : {"wino_4x3", "wino"}) {
    const PrimitiveDesc desc =
        TryConv(net,
                problem,
                {.fuses_activation = can_fuse,
                 .algorithm = dnnl::algorithm::convolution_winograd,
                 .name = name});
    if (desc) {
      return ConvChoice{desc, can_fuse};
    }
  }
  return std::nullopt;
}

/// A convolution that reads blocks of channels where its input stands in them,
/// as Winograd's leaves it. Of kernels larger than 1x1 only with many outputs:
/// with few, the weights come from memory, and so oneDNN is faster with the
/// channels last. Measured with AVX-512: of a batch of 16, blocks gain 3 %.
std::optional<ConvChoice> TryInBlocks(const Lowering& net,
                                      const ConvProblem& problem,
                                      const MemoryDesc& standing) {
  constexpr std::int64_t kManyOutputs = 1024;
  if (IsEmpty(standing) || !IsBlocked(standing) ||
      ElementType(standing) != Type::f32) {
    return std::nullopt;
  }
  const Shape& w = problem.weight_shape;
  const bool is_1x1 = w[w.size() - 1] == 1 && w[w.size() - 2] == 1;
  if (!is_1x1 && NumElements(problem.dst) / problem.dst[1] < kManyOutputs) {
    return std::nullopt;
  }
  const bool can_fuse = !problem.eltwises.empty();
  const PrimitiveDesc desc =
      TryConv(net, problem, {.fuses_activation = can_fuse, .src = standing});
  if (!desc || !std::string_view(desc.impl_info_str()).starts_with("jit")) {
    return std::nullopt;
  }
  return ConvChoice{desc, can_fuse};
}

/// A bf16 convolution if there is a real one, with the activation inside if
/// that keeps it fast.
std::optional<ConvChoice> TryBf16(const Lowering& net,
                                  const ConvProblem& problem,
                                  Type result) {
  for (const bool fuses : {!problem.eltwises.empty(), false}) {
    const PrimitiveDesc desc = TryConv(
        net,
        problem,
        {.compute = Type::bf16, .result = result, .fuses_activation = fuses});
    if (desc && !IsReference(desc)) {
      return ConvChoice{desc, fuses};
    }
  }
  return std::nullopt;
}

}  // namespace

bool WinogradPays(const ConvProblem& problem) {
  constexpr std::int64_t kFewestChannels = 16;
  constexpr std::int64_t kFewestOutputs = 128;
  constexpr std::int64_t kMostProducts = std::int64_t{256} * 256;
  const Shape& w = problem.weight_shape;
  const bool is_3x3 = w.size() == 4 && w[2] == 3 && w[3] == 3;
  return is_3x3 && problem.window.strides == Dims{1, 1} &&
         problem.window.dilates == Dims{0, 0} &&
         std::min(w[0], w[1]) >= kFewestChannels &&
         w[0] * w[1] <= kMostProducts &&
         NumElements(problem.dst) / w[0] >= kFewestOutputs;
}

ConvChoice ChooseConv(const Lowering& net,
                      const ConvProblem& problem,
                      Type result,
                      const MemoryDesc& standing) {
  if (net.wants_bf16()) {
    if (const auto choice = TryBf16(net, problem, result)) {
      return *choice;
    }
  }
  if (const auto choice = TryWinograd(net, problem)) {
    return *choice;
  }
  if (const auto choice = TryInBlocks(net, problem, standing)) {
    return *choice;
  }
  const bool can_fuse = !problem.eltwises.empty();
  const ConvChoice fused{TryConv(net, problem, {.fuses_activation = can_fuse}),
                         can_fuse};
  if (fused.desc && (!can_fuse || !IsReference(fused.desc))) {
    return fused;
  }
  const ConvChoice bare{TryConv(net, problem, {}), false};
  return bare.desc ? bare : fused;
}

}  // namespace mien::onednn
