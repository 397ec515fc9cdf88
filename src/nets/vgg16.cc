// SPDX-License-Identifier: Apache-2.0
//
// VGG-16 (Simonyan and Zisserman 2015, arXiv:1409.1556, Table 1, column D) for
// embedding: the thirteen convolutions, each with batch norm (Ioffe and Szegedy
// 2015), which the paper did not have and without which the net hardly trains
// from scratch. Names are those of torchvision's vgg16_bn. Instead of its three
// fully connected layers (124 of 138 million parameters) stand a global average
// and one linear layer. Input: [N, 3, 112, 112], RGB, each value
// (x - 127.5) / 128.
//
//   layer          what                             output [C, H, W]
//   features.0-6   2 x conv 3x3 pad 1, maxpool      [ 64, 56, 56]
//   features.7-13  2 x conv, maxpool                [128, 28, 28]
//   features.14-23 3 x conv, maxpool                [256, 14, 14]
//   features.24-33 3 x conv, maxpool                [512,  7,  7]
//   features.34-42 3 x conv                         [512,  7,  7]
//   avgpool        global average (for the last maxpool)  [512]
//   linear         without bias; linear_bn; L2 norm        [embedding]

#include <array>
#include <string>
#include <utility>

#include "nets/net_contract.h"
#include "nets/nets.h"

namespace mien::nets {
namespace {

constexpr float kEpsilon = 1e-5F;
constexpr int kInputPx = 112;

struct Stage {
  int channels;
  int num_convs;
};

constexpr std::array<Stage, 5> kStages = {
    {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}};

/// The convolutions and pools of kStages. torchvision numbers every layer of
/// its sequence: convolution, batch norm, rectifier, ..., pool.
Value Features(GraphBuilder& net, Value x) {
  const auto scope = net.Scope("features");
  int layer = 0;
  for (const Stage& stage : kStages) {
    if (layer > 0) {
      x = net.MaxPool(x, {.kernel = 2, .stride = 2});
      ++layer;
    }
    for (int i = 0; i < stage.num_convs; ++i) {
      x = net.Conv(x,
                   std::to_string(layer),
                   {.out = stage.channels, .pad = {1, 1}, .bias = true});
      x = net.Relu(net.BatchNorm(x, std::to_string(layer + 1), kEpsilon));
      layer += 3;
    }
  }
  return x;
}

}  // namespace

Graph Vgg16(const ParameterSource& parameters, int embedding_size) {
  GraphBuilder net("vgg16", parameters);
  Value x = net.Input("input", {kDynamicDim, 3, kInputPx, kInputPx});
  x = net.GlobalAveragePool(Features(net, x));
  x = net.Flatten(x, net.Channels(x));
  x = net.Linear(x, "linear", embedding_size, GraphBuilder::Bias::kNo);
  x = net.BatchNorm(x, "linear_bn", kEpsilon);
  net.Output(net.L2Normalize(x), "embedding");

  Graph graph = std::move(net).Build();
  StoreContract(EmbedderContract(graph.name, kInputPx, embedding_size), graph);
  return graph;
}

}  // namespace mien::nets
