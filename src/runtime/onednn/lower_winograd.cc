// SPDX-License-Identifier: Apache-2.0
//
// Convolutions of 3 x 3 by Winograd's algorithm, by a kernel of our own
// (winograd_kernel.h).
#include <limits>
#include <memory>
#include <optional>

#include "core/cpu.h"
#include "runtime/onednn/choose_conv.h"
#include "runtime/onednn/operators.h"
#include "runtime/onednn/winograd_kernel.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

bool MayUseAmx() {
  return HostCpu().amx_bf16 && MayUse(dnnl::cpu_isa::avx512_core_amx);
}

/// The fastest kernel of this CPU, or null where it cannot run the layer.
const WinogradKernel* FittingKernel(const ConvProblem& problem) {
  static const std::vector<const WinogradKernel*> usable =
      UsableWinogradKernels();
  if (usable.empty()) {
    return nullptr;
  }
  const WinogradKernel* kernel = usable.front();
  const bool fits = problem.src[1] % kernel->lanes == 0 &&
                    problem.dst[1] % (2 * kernel->lanes) == 0;
  return fits ? kernel : nullptr;
}

/// Blocks of `lanes` channels: oneDNN's nChw8c or nChw16c.
MemoryDesc InBlocks(const Shape& shape, Type type, std::int64_t lanes) {
  using Tag = dnnl::memory::format_tag;
  return {Dims(shape.begin(), shape.end()),
          type,
          lanes == 16 ? Tag::nChw16c : Tag::nChw8c};
}

MapStrides StridesOf(const MemoryDesc& desc, std::int64_t lanes) {
  const Dims extents = Extents(desc);
  const std::int64_t area = extents[2] * extents[3];
  return IsChannelsLast(desc) ? MapStrides{.sample = area * extents[1],
                                           .row = extents[3] * extents[1],
                                           .pixel = extents[1],
                                           .block = lanes}
                              : MapStrides{.sample = area * extents[1],
                                           .row = extents[3] * lanes,
                                           .pixel = lanes,
                                           .block = area * lanes};
}

/// The least value that the activation lets through, where that is all it does.
std::optional<float> LowerBound(const ConvProblem& problem) {
  if (problem.eltwises.empty()) {
    return -std::numeric_limits<float>::infinity();
  }
  const Eltwise& first = problem.eltwises.front();
  const bool is_relu = problem.eltwises.size() == 1 &&
                       first.algorithm == dnnl::algorithm::eltwise_relu &&
                       first.alpha == 0.0F;
  return is_relu ? std::optional(0.0F) : std::nullopt;
}

WinogradLayer DescribeWinograd(Lowering& net,
                               const ConvProblem& problem,
                               std::int64_t lanes) {
  WinogradLayer layer;
  layer.batch = problem.src[0];
  layer.in_channels = problem.src[1];
  layer.out_channels = problem.dst[1];
  layer.in_height = problem.src[2];
  layer.in_width = problem.src[3];
  layer.out_height = problem.dst[2];
  layer.out_width = problem.dst[3];
  layer.pad_top = problem.window.pads_begin[0];
  layer.pad_left = problem.window.pads_begin[1];
  layer.adds = !problem.residual.empty();
  layer.weights = net.TransformForWinograd(*problem.weights, lanes);
  layer.bias =
      problem.bias == nullptr
          ? std::vector<float>(static_cast<std::size_t>(layer.out_channels))
          : problem.bias->ToFloats();
  return layer;
}

/// How a layer's maps stand.
struct Layouts {
  MemoryDesc src;
  MemoryDesc dst;
};

/// The input in blocks where it stands so, else with the channels last. The
/// output as the input, but of a large batch in blocks: its values come from
/// memory, and oneDNN's 1x1 convolutions are faster so then (3 % of
/// Inception-ResNet-v1 at batch 16).
Layouts ChooseLayouts(Lowering& net,
                      const Node& node,
                      const ConvProblem& problem,
                      std::int64_t lanes) {
  constexpr std::int64_t kLargeBatch = 8;
  const bool is_bf16 = net.wants_bf16();
  const Type in = is_bf16 ? Type::bf16 : Type::f32;
  const Type out = net.PreferredType(node.outputs[0]);
  const MemoryDesc blocks = InBlocks(problem.src, in, lanes);
  const bool stays = net.Read(node.inputs[0]).desc == blocks;
  const bool ends_in_blocks =
      stays || (!is_bf16 && problem.dst[0] >= kLargeBatch);
  return {stays ? blocks : ChannelsLastDesc(problem.src, in),
          ends_in_blocks ? InBlocks(problem.dst, out, lanes)
                         : ChannelsLastDesc(problem.dst, out)};
}

/// Whether to convolve so in a net of the precision of `net`. Without AMX, bf16
/// products are at most twice as fast as those of fp32, of which the algorithm
/// needs a quarter; but its weights are 8 times larger.
bool Pays(const Lowering& net, const ConvProblem& problem) {
  constexpr std::int64_t kFewestOutputs = 512;
  const std::int64_t outputs = NumElements(problem.dst) / problem.dst[1];
  return WinogradPays(problem) &&
         (!net.wants_bf16() || (!MayUseAmx() && outputs >= kFewestOutputs));
}

}  // namespace

bool LowerWinograd(Lowering& net,
                   const Node& node,
                   const ConvProblem& problem) {
  const WinogradKernel* kernel =
      Pays(net, problem) ? FittingKernel(problem) : nullptr;
  if (kernel == nullptr || net.Constant(node.inputs[0]) != nullptr) {
    return false;
  }
  const Layouts layouts = ChooseLayouts(net, node, problem, kernel->lanes);
  const Operand src = net.ReadAs(node.inputs[0], layouts.src);
  const Operand dst = Destination(net, problem, layouts.dst, src);
  const std::optional<float> lower = LowerBound(problem);
  WinogradLayer layer = DescribeWinograd(net, problem, kernel->lanes);
  layer.in = StridesOf(layouts.src, kernel->lanes);
  layer.out = StridesOf(layouts.dst, kernel->lanes);
  layer.reads_bf16 = ElementType(layouts.src) == Type::bf16;
  layer.writes_bf16 = ElementType(layouts.dst) == Type::bf16;
  layer.lower = lower.value_or(-std::numeric_limits<float>::infinity());
  const int num_threads = net.num_threads();
  const Operand scratch = net.NewOperand(PlainDesc({static_cast<std::int64_t>(
      WinogradScratch(*kernel, layer, num_threads))}));
  LayerInfo info = net.DescribeLayer(node);
  info.flops = ConvFlops(problem);
  info.implementation = kernel->name;
  net.AddStep(MakeLoopKernel([kernel, num_threads, layer = std::move(layer)](
                                 std::span<std::byte* const> at) {
                RunWinograd(*kernel,
                            layer,
                            num_threads,
                            at[0],
                            at[1],
                            reinterpret_cast<float*>(at[2]));
              }),
              {src, dst, scratch},
              info);
  info.flops = 0.0;
  FinishConv(net, node, problem, dst, lower.has_value(), info);
  return true;
}

}  // namespace mien::onednn
