// SPDX-License-Identifier: Apache-2.0
//
// Convolutions of 3 x 3 by Winograd's algorithm, by a kernel of our own
// (winograd_kernel.h).
#include <limits>
#include <memory>
#include <optional>

#include "runtime/onednn/choose_conv.h"
#include "runtime/onednn/operators.h"
#include "runtime/onednn/winograd_kernel.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

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
MemoryDesc InBlocks(const Shape& shape, std::int64_t lanes) {
  using Tag = dnnl::memory::format_tag;
  return {Dims(shape.begin(), shape.end()),
          Type::f32,
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

}  // namespace

bool LowerWinograd(Lowering& net,
                   const Node& node,
                   const ConvProblem& problem) {
  const WinogradKernel* kernel =
      WinogradPays(problem) ? FittingKernel(problem) : nullptr;
  if (kernel == nullptr || net.Constant(node.inputs[0]) != nullptr) {
    return false;
  }
  const MemoryDesc blocks = InBlocks(problem.src, kernel->lanes);
  const bool stays = net.Read(node.inputs[0]).desc == blocks;
  const MemoryDesc src_desc =
      stays ? blocks : ChannelsLastDesc(problem.src, Type::f32);
  const MemoryDesc dst_desc = stays ? InBlocks(problem.dst, kernel->lanes)
                                    : ChannelsLastDesc(problem.dst, Type::f32);
  const Operand src = net.ReadAs(node.inputs[0], src_desc);
  const Operand dst = Destination(net, problem, dst_desc, src);
  const std::optional<float> lower = LowerBound(problem);
  WinogradLayer layer = DescribeWinograd(net, problem, kernel->lanes);
  layer.in = StridesOf(src_desc, kernel->lanes);
  layer.out = StridesOf(dst_desc, kernel->lanes);
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
                            reinterpret_cast<const float*>(at[0]),
                            reinterpret_cast<float*>(at[1]),
                            reinterpret_cast<float*>(at[2]));
              }),
              {src, dst, scratch},
              info);
  info.flops = 0.0;
  FinishConv(net, node, problem, dst, lower.has_value(), info);
  return true;
}

}  // namespace mien::onednn
