// SPDX-License-Identifier: Apache-2.0
//
// MobileFaceNet (Chen et al. 2018, arXiv:1804.07573, Table 1). Layer names and
// the linear embedding layer with batch norm are those of InsightFace's
// arcface_torch, at the paper's width. Input: [N, 3, 112, 112], RGB, each value
// (x - 127.5) / 127.5.
//
//   layer       what                                     output [C, H, W]
//   layers.0    3x3 / 2                                  [ 64, 56, 56]
//   layers.1    depthwise 3x3                            [ 64, 56, 56]
//   layers.2    bottleneck, 128 wide, / 2                [ 64, 28, 28]
//   layers.3    4 bottlenecks with residual, 128 wide    [ 64, 28, 28]
//   layers.4    bottleneck, 256 wide, / 2                [128, 14, 14]
//   layers.5    6 bottlenecks with residual, 256 wide    [128, 14, 14]
//   layers.6    bottleneck, 512 wide, / 2                [128,  7,  7]
//   layers.7    2 bottlenecks with residual, 256 wide    [128,  7,  7]
//   conv_sep    1x1                                      [512,  7,  7]
//   features    depthwise 7x7, linear, batch norm, L2    [embedding]

#include <string>
#include <utility>

#include "nets/net_contract.h"
#include "nets/nets.h"

namespace mien::nets {
namespace {

constexpr float kEpsilon = 1e-5F;
constexpr int kInputPx = 112;

/// Convolution, batch norm.
Value LinearBlock(GraphBuilder& net,
                  const Value& x,
                  std::string_view name,
                  ConvSpec spec) {
  const auto scope = net.Scope(name);
  spec.rectified = false;
  return net.BatchNorm(net.Conv(x, "layers.0", spec), "layers.1", kEpsilon);
}

/// Convolution, batch norm, PReLU.
Value ConvBlock(GraphBuilder& net,
                const Value& x,
                std::string_view name,
                const ConvSpec& spec) {
  const auto scope = net.Scope(name);
  const Value y =
      net.BatchNorm(net.Conv(x, "layers.0", spec), "layers.1", kEpsilon);
  return net.Prelu(y, "layers.2");
}

/// A depthwise 3x3 convolution, PReLU.
ConvSpec Depthwise(int channels, int stride) {
  return {.out = channels,
          .stride = {stride, stride},
          .pad = {1, 1},
          .groups = channels};
}

/// Widens to `wide` channels, filters each, narrows to `out` without a
/// rectifier.
Value Bottleneck(GraphBuilder& net,
                 const Value& x,
                 const std::string& name,
                 int wide,
                 int out,
                 int stride) {
  const auto scope = net.Scope(name);
  Value y = ConvBlock(net, x, "layers.0", {.out = wide, .kernel = {1, 1}});
  y = ConvBlock(net, y, "layers.1", Depthwise(wide, stride));
  return LinearBlock(net, y, "layers.2", {.out = out, .kernel = {1, 1}});
}

/// `count` bottlenecks with residual, `<name>.layers.0`, `.1`, ...
Value Repeat(
    GraphBuilder& net, Value x, const std::string& name, int wide, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string block = name + ".layers." + std::to_string(i);
    x = net.Add(x, Bottleneck(net, x, block, wide, net.Channels(x), 1));
  }
  return net.Name(x, name);
}

/// The depthwise convolution that weighs each place of the last map, and the
/// embedding.
Value Head(GraphBuilder& net, Value x, int embedding_size) {
  const auto scope = net.Scope("features");
  const int channels = net.Channels(x);
  x = LinearBlock(net,
                  x,
                  "layers.0",
                  {.out = channels, .kernel = {7, 7}, .groups = channels});
  x = net.Flatten(x, channels);
  x = net.Linear(x, "layers.2", embedding_size, GraphBuilder::Bias::kNo);
  return net.L2Normalize(net.BatchNorm(x, "layers.3", kEpsilon));
}

}  // namespace

Graph MobileFacenet(const ParameterSource& parameters, int embedding_size) {
  GraphBuilder net("mobilefacenet", parameters);
  Value x = net.Input("input", {kDynamicDim, 3, kInputPx, kInputPx});
  x = ConvBlock(
      net, x, "layers.0", {.out = 64, .stride = {2, 2}, .pad = {1, 1}});
  x = ConvBlock(net, x, "layers.1", Depthwise(64, 1));
  x = Bottleneck(net, x, "layers.2", 128, 64, 2);
  x = Repeat(net, x, "layers.3", 128, 4);
  x = Bottleneck(net, x, "layers.4", 256, 128, 2);
  x = Repeat(net, x, "layers.5", 256, 6);
  x = Bottleneck(net, x, "layers.6", 512, 128, 2);
  x = Repeat(net, x, "layers.7", 256, 2);
  x = ConvBlock(net, x, "conv_sep", {.out = 512, .kernel = {1, 1}});
  net.Output(Head(net, x, embedding_size), "embedding");

  Graph graph = std::move(net).Build();
  ModelContract contract =
      EmbedderContract(graph.name, kInputPx, embedding_size);
  contract.deviation = {127.5F, 127.5F, 127.5F};
  StoreContract(contract, graph);
  return graph;
}

}  // namespace mien::nets
