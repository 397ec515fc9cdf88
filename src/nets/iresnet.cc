// SPDX-License-Identifier: Apache-2.0
//
// The improved residual networks of ArcFace (Deng et al. 2019,
// arXiv:1801.07698, section 3.1; blocks after Han et al. 2017,
// arXiv:1610.02915). Layer names are those of InsightFace's iresnet. Input:
// [N, 3, 112, 112], RGB, each value (x - 127.5) / 127.5.
//
//   layer      what                             output [C, H, W]
//   conv1      3x3, pad 1; bn1; prelu           [ 64, 112, 112]
//   layer1     blocks, the first with stride 2  [ 64,  56,  56]
//   layer2     the same                         [128,  28,  28]
//   layer3     the same                         [256,  14,  14]
//   layer4     the same                         [512,   7,   7]
//   bn2, fc    25088 to 512, with bias          [512]
//   features   batch norm; L2 norm              [512]

#include <array>
#include <string>
#include <utility>

#include "nets/net_contract.h"
#include "nets/nets.h"

namespace mien::nets {
namespace {

constexpr float kEpsilon = 1e-5F;
constexpr int kInputPx = 112;
constexpr int kLastMapPx = 7;
constexpr int kEmbeddingSize = 512;

/// x + bn3(conv2(prelu(bn2(conv1(bn1(x)))))); x goes through a strided 1x1
/// convolution where the extents change.
Value Block(GraphBuilder& net, const Value& x, int out, int stride) {
  Value y = net.BatchNorm(x, "bn1", kEpsilon);
  y = net.Conv(y, "conv1", {.out = out, .pad = {1, 1}});
  y = net.Prelu(net.BatchNorm(y, "bn2", kEpsilon), "prelu");
  y = net.Conv(y,
               "conv2",
               {.out = out,
                .stride = {stride, stride},
                .pad = {1, 1},
                .rectified = false});
  y = net.BatchNorm(y, "bn3", kEpsilon);
  if (stride == 1 && net.Channels(x) == out) {
    return net.Add(y, x);
  }
  const Value shortcut = net.Conv(x,
                                  "downsample.0",
                                  {.out = out,
                                   .kernel = {1, 1},
                                   .stride = {stride, stride},
                                   .rectified = false});
  return net.Add(y, net.BatchNorm(shortcut, "downsample.1", kEpsilon));
}

/// `count` blocks `<name>.0`, `<name>.1`, ..., the first with stride 2.
Value Stage(
    GraphBuilder& net, Value x, const std::string& name, int out, int count) {
  for (int i = 0; i < count; ++i) {
    const auto scope = net.Scope(name + "." + std::to_string(i));
    x = Block(net, x, out, i == 0 ? 2 : 1);
  }
  return net.Name(x, name);
}

Graph IResnet(const ParameterSource& parameters,
              const std::string& name,
              const std::array<int, 4>& blocks) {
  GraphBuilder net(name, parameters);
  Value x = net.Input("input", {kDynamicDim, 3, kInputPx, kInputPx});
  x = net.Conv(x, "conv1", {.out = 64, .pad = {1, 1}});
  x = net.Prelu(net.BatchNorm(x, "bn1", kEpsilon), "prelu");
  x = Stage(net, x, "layer1", 64, blocks[0]);
  x = Stage(net, x, "layer2", 128, blocks[1]);
  x = Stage(net, x, "layer3", 256, blocks[2]);
  x = Stage(net, x, "layer4", 512, blocks[3]);

  x = net.BatchNorm(x, "bn2", kEpsilon);
  x = net.Flatten(x, net.Channels(x) * kLastMapPx * kLastMapPx);
  x = net.Linear(x, "fc", kEmbeddingSize, GraphBuilder::Bias::kYes);
  x = net.BatchNorm(x, "features", kEpsilon);
  net.Output(net.L2Normalize(x), "embedding");

  Graph graph = std::move(net).Build();
  ModelContract contract = EmbedderContract(name, kInputPx, kEmbeddingSize);
  contract.deviation = {127.5F, 127.5F, 127.5F};
  StoreContract(contract, graph);
  return graph;
}

}  // namespace

Graph IResnet18(const ParameterSource& parameters) {
  return IResnet(parameters, "iresnet18", {2, 2, 2, 2});
}

Graph IResnet50(const ParameterSource& parameters) {
  return IResnet(parameters, "iresnet50", {3, 4, 14, 3});
}

}  // namespace mien::nets
