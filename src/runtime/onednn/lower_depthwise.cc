// SPDX-License-Identifier: Apache-2.0
//
// Depthwise convolutions of 3 x 3 by a kernel of our own (depthwise_kernel.h).
#include <algorithm>
#include <memory>
#include <optional>

#include "runtime/fused_ops.h"
#include "runtime/onednn/conv_problem.h"
#include "runtime/onednn/depthwise_kernel.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

const DepthwiseKernel* FastestKernel() {
  static const std::vector<const DepthwiseKernel*> usable =
      UsableDepthwiseKernels();
  return usable.empty() ? nullptr : usable.front();
}

/// One filter of 3 x 3 for each channel, as the kernel takes it.
bool HasFittingWindow(const ConvProblem& problem, std::int64_t lanes) {
  const Shape& w = problem.weight_shape;
  const Window& window = problem.window;
  return w.size() == 5 && w[0] % lanes == 0 && w[1] == 1 && w[2] == 1 &&
         w[3] == 3 && w[4] == 3 &&
         (window.strides == Dims{1, 1} || window.strides == Dims{2, 2}) &&
         window.dilates == Dims{0, 0} &&
         std::ranges::all_of(window.pads_begin,
                             [](std::int64_t pad) { return pad <= 2; });
}

/// The activation as a rectifier; nothing when it is none.
std::optional<Rectifier> RectifierOf(const ConvProblem& problem) {
  const auto channels = static_cast<std::size_t>(problem.dst[1]);
  Rectifier rectifier;
  if (problem.slope != nullptr) {
    rectifier.slopes = SlopesOf(*problem.slope, problem.dst[1]);
  }
  for (const Eltwise& eltwise : problem.eltwises) {
    const bool is_relu = eltwise.algorithm == dnnl::algorithm::eltwise_relu;
    const bool is_clip = eltwise.algorithm == dnnl::algorithm::eltwise_clip &&
                         eltwise.alpha == 0.0F;
    if (!rectifier.slopes.empty() || (!is_relu && !is_clip)) {
      return std::nullopt;
    }
    rectifier.slopes.assign(channels, is_relu ? eltwise.alpha : 0.0F);
    rectifier.bound = is_clip ? eltwise.beta : rectifier.bound;
  }
  return rectifier;
}

/// [9, channels] of [channels, 1, 1, 3, 3].
std::vector<float> TapsFirst(const Tensor& weights) {
  const std::vector<float> values = weights.ToFloats();
  constexpr auto kTaps = static_cast<std::size_t>(kDepthwiseTaps);
  const std::size_t channels = values.size() / kTaps;
  std::vector<float> packed(values.size());
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
      packed[tap * channels + c] = values[c * kTaps + tap];
    }
  }
  return packed;
}

/// Whether the kernel can run the layer.
bool Fits(const ConvProblem& problem) {
  const DepthwiseKernel* kernel = FastestKernel();
  return kernel != nullptr && problem.residual.empty() &&
         NumElements(problem.dst) > 0 &&
         HasFittingWindow(problem, kernel->lanes) && RectifierOf(problem);
}

/// All of the layer, which Fits(), but how its maps are stored.
DepthwiseLayer DescribeDepthwise(const ConvProblem& problem) {
  DepthwiseLayer layer = {.batch = problem.src[0],
                          .channels = problem.src[1],
                          .in_height = problem.src[2],
                          .in_width = problem.src[3],
                          .out_height = problem.dst[2],
                          .out_width = problem.dst[3],
                          .stride = problem.window.strides[0],
                          .pad_top = problem.window.pads_begin[0],
                          .pad_left = problem.window.pads_begin[1],
                          .out_step = {},
                          .before = {},
                          .behind = *RectifierOf(problem),
                          .weights = TapsFirst(*problem.weights),
                          .bias = {}};
  layer.bias =
      problem.bias == nullptr
          ? std::vector<float>(static_cast<std::size_t>(layer.channels))
          : problem.bias->ToFloats();
  return layer;
}

/// What the layer reads, channels innermost, and the rectifier that is left to
/// do; nothing when it stands otherwise.
std::optional<Operand> Source(Lowering& net,
                              const Node& node,
                              Rectifier& rectifier) {
  const std::string& input = node.inputs[0];
  if (const UnrectifiedValue* source = net.Unrectified(input)) {
    rectifier.slopes = source->slopes;
    return source->operand;
  }
  if (net.QuantizedSource(input) || net.Constant(input) != nullptr) {
    return std::nullopt;
  }
  const Operand source = net.Read(input);
  const Type type = ElementType(source.desc);
  if (!IsChannelsLast(source.desc) ||
      (type != Type::f32 && type != Type::bf16)) {
    return std::nullopt;
  }
  return source;
}

MapType MapTypeOf(const Operand& operand) {
  switch (ElementType(operand.desc)) {
    case Type::f32:
      return MapType::kFloat32;
    case Type::bf16:
      return MapType::kBfloat16;
    default:
      return MapType::kBytes;
  }
}

}  // namespace

bool RectifiesItsInput(const Lowering& net, const Node& node) {
  if (!node.Is("FusedConv", kMienDomain) && !node.Is("Conv")) {
    return false;
  }
  const auto problem = ReadConvProblem(net, node);
  return problem && HasConstants(node, *problem) && Fits(*problem);
}

bool LowerDepthwise(Lowering& net,
                    const Node& node,
                    const ConvProblem& problem) {
  Rectifier before;
  const auto source =
      Fits(problem) ? Source(net, node, before) : std::optional<Operand>();
  if (!source) {
    return false;
  }
  const auto quantizer = net.OnlyQuantizer(node.outputs[0]);
  const bool ends_in_bytes = net.wants_int8() && quantizer;
  const Type type = ends_in_bytes ? ByteType(quantizer->quantization.type)
                                  : net.PreferredType(node.outputs[0]);
  const Operand target = net.NewOperand(ChannelsLastDesc(problem.dst, type));
  DepthwiseLayer layer = DescribeDepthwise(problem);
  layer.before = std::move(before);
  layer.in = MapTypeOf(*source);
  layer.out = MapTypeOf(target);
  if (ends_in_bytes) {
    layer.out_step = quantizer->quantization;
  }
  LayerInfo info = net.DescribeLayer(node);
  info.flops = ConvFlops(problem);
  info.implementation = FastestKernel()->name;
  info.precision = layer.in == MapType::kBfloat16 ? Precision::kBfloat16
                                                  : Precision::kFloat32;
  net.AddStep(
      MakeLoopKernel(
          [layer = std::move(layer), run = FastestKernel()->run](
              std::span<std::byte* const> at) { run(layer, at[0], at[1]); }),
      {*source, target},
      std::move(info));
  net.Define(ends_in_bytes ? quantizer->value : node.outputs[0], target);
  return true;
}

}  // namespace mien::onednn
