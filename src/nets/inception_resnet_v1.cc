// SPDX-License-Identifier: Apache-2.0
//
// Inception-ResNet-v1 (Szegedy et al. 2016, arXiv:1602.07261, Fig. 10-15), as
// trained for face embedding: https://github.com/davidsandberg/facenet. Input:
// [N, 3, 160, 160], RGB, each value (x - 127.5) / 128. Each convolution has no
// bias and is followed by batch norm (epsilon 1e-3) and ReLU, but for the
// `conv2d` that ends a residual block.
//
//   layer        what                        output [C, H, W]
//   conv2d_1a    3x3 / 2                     [  32, 79, 79]
//   conv2d_2a    3x3                         [  32, 77, 77]
//   conv2d_2b    3x3, pad 1                  [  64, 77, 77]
//   maxpool_3a   3x3 / 2                     [  64, 38, 38]
//   conv2d_3b    1x1                         [  80, 38, 38]
//   conv2d_4a    3x3                         [ 192, 36, 36]
//   conv2d_4b    3x3 / 2                     [ 256, 17, 17]
//   repeat_1     5 x Block35, scale 0.17     [ 256, 17, 17]
//   mixed_6a     reduction A                 [ 896,  8,  8]
//   repeat_2     10 x Block17, scale 0.10    [ 896,  8,  8]
//   mixed_7a     reduction B                 [1792,  3,  3]
//   repeat_3     5 x Block8, scale 0.20      [1792,  3,  3]
//   block8       Block8 without ReLU         [1792,  3,  3]
//   avgpool_1a   global average, dropout     [1792]
//   last_linear  no bias; last_bn; L2 norm   [ 512]
//
// The value that a layer makes has the layer's name.

#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "nets/net_contract.h"
#include "nets/nets.h"

namespace mien::nets {
namespace {

constexpr float kEpsilon = 1e-3F;
constexpr float kDropout = 0.6F;
constexpr int kSmallestInputPx = 75;  // leaves 1 x 1 after mixed_7a

Value ConvBnRelu(GraphBuilder& net,
                 const Value& x,
                 std::string_view name,
                 const ConvSpec& spec) {
  const auto scope = net.Scope(name);
  return net.Relu(net.BatchNorm(net.Conv(x, "conv", spec), "bn", kEpsilon));
}

Value Reduce(GraphBuilder& net, const Value& x) {
  return net.MaxPool(x, {.kernel = 3, .stride = 2});
}

/// conv2d_1a to conv2d_4b.
Value Stem(GraphBuilder& net, Value x) {
  const auto layer = [&](std::string_view name, const ConvSpec& spec) {
    x = net.Name(ConvBnRelu(net, x, name, spec), name);
  };
  layer("conv2d_1a", {.out = 32, .stride = {2, 2}});
  layer("conv2d_2a", {.out = 32});
  layer("conv2d_2b", {.out = 64, .pad = {1, 1}});
  x = net.Name(Reduce(net, x), "maxpool_3a");
  layer("conv2d_3b", {.out = 80, .kernel = {1, 1}});
  layer("conv2d_4a", {.out = 192});
  layer("conv2d_4b", {.out = 256, .stride = {2, 2}});
  return x;
}

/// x + scale * conv2d(mixed), the end of every residual block.
Value Residual(GraphBuilder& net,
               const Value& x,
               const Value& mixed,
               float scale) {
  const Value up = net.Conv(mixed,
                            "conv2d",
                            {.out = net.Channels(x),
                             .kernel = {1, 1},
                             .bias = true,
                             .rectified = false});
  return net.AddScaled(x, up, scale);
}

/// Residual block on [N, 256, H, W].
Value Block35(GraphBuilder& net, const Value& x, std::string_view name) {
  const auto scope = net.Scope(name);
  const Value b0 = ConvBnRelu(net, x, "branch0", {.out = 32, .kernel = {1, 1}});

  Value b1 = ConvBnRelu(net, x, "branch1.0", {.out = 32, .kernel = {1, 1}});
  b1 = ConvBnRelu(net, b1, "branch1.1", {.out = 32, .pad = {1, 1}});

  Value b2 = ConvBnRelu(net, x, "branch2.0", {.out = 32, .kernel = {1, 1}});
  b2 = ConvBnRelu(net, b2, "branch2.1", {.out = 32, .pad = {1, 1}});
  b2 = ConvBnRelu(net, b2, "branch2.2", {.out = 32, .pad = {1, 1}});

  const Value mixed = net.Concat({b0, b1, b2});  // [N, 96, H, W]
  return net.Relu(Residual(net, x, mixed, 0.17F));
}

/// Residual block on [N, 896, H, W].
Value Block17(GraphBuilder& net, const Value& x, std::string_view name) {
  const auto scope = net.Scope(name);
  const Value b0 =
      ConvBnRelu(net, x, "branch0", {.out = 128, .kernel = {1, 1}});

  Value b1 = ConvBnRelu(net, x, "branch1.0", {.out = 128, .kernel = {1, 1}});
  b1 = ConvBnRelu(
      net, b1, "branch1.1", {.out = 128, .kernel = {1, 7}, .pad = {0, 3}});
  b1 = ConvBnRelu(
      net, b1, "branch1.2", {.out = 128, .kernel = {7, 1}, .pad = {3, 0}});

  const Value mixed = net.Concat({b0, b1});  // [N, 256, H, W]
  return net.Relu(Residual(net, x, mixed, 0.10F));
}

/// Residual block on [N, 1792, H, W], without its last ReLU.
Value Block8Sum(GraphBuilder& net,
                const Value& x,
                std::string_view name,
                float scale) {
  const auto scope = net.Scope(name);
  const Value b0 =
      ConvBnRelu(net, x, "branch0", {.out = 192, .kernel = {1, 1}});

  Value b1 = ConvBnRelu(net, x, "branch1.0", {.out = 192, .kernel = {1, 1}});
  b1 = ConvBnRelu(
      net, b1, "branch1.1", {.out = 192, .kernel = {1, 3}, .pad = {0, 1}});
  b1 = ConvBnRelu(
      net, b1, "branch1.2", {.out = 192, .kernel = {3, 1}, .pad = {1, 0}});

  const Value mixed = net.Concat({b0, b1});  // [N, 384, H, W]
  return Residual(net, x, mixed, scale);
}

Value Block8(GraphBuilder& net, const Value& x, std::string_view name) {
  return net.Relu(Block8Sum(net, x, name, 0.20F));
}

/// Reduction A: [N, 256, 17, 17] to [N, 896, 8, 8].
Value Mixed6a(GraphBuilder& net, const Value& x) {
  const auto scope = net.Scope("mixed_6a");
  const Value b0 =
      ConvBnRelu(net, x, "branch0", {.out = 384, .stride = {2, 2}});

  Value b1 = ConvBnRelu(net, x, "branch1.0", {.out = 192, .kernel = {1, 1}});
  b1 = ConvBnRelu(net, b1, "branch1.1", {.out = 192, .pad = {1, 1}});
  b1 = ConvBnRelu(net, b1, "branch1.2", {.out = 256, .stride = {2, 2}});

  return net.Concat({b0, b1, Reduce(net, x)});
}

/// Reduction B: [N, 896, 8, 8] to [N, 1792, 3, 3].
Value Mixed7a(GraphBuilder& net, const Value& x) {
  const auto scope = net.Scope("mixed_7a");
  Value b0 = ConvBnRelu(net, x, "branch0.0", {.out = 256, .kernel = {1, 1}});
  b0 = ConvBnRelu(net, b0, "branch0.1", {.out = 384, .stride = {2, 2}});

  Value b1 = ConvBnRelu(net, x, "branch1.0", {.out = 256, .kernel = {1, 1}});
  b1 = ConvBnRelu(net, b1, "branch1.1", {.out = 256, .stride = {2, 2}});

  Value b2 = ConvBnRelu(net, x, "branch2.0", {.out = 256, .kernel = {1, 1}});
  b2 = ConvBnRelu(net, b2, "branch2.1", {.out = 256, .pad = {1, 1}});
  b2 = ConvBnRelu(net, b2, "branch2.2", {.out = 256, .stride = {2, 2}});

  return net.Concat({b0, b1, b2, Reduce(net, x)});
}

using Block = Value (*)(GraphBuilder&, const Value&, std::string_view);

/// `count` blocks `<name>.0`, `<name>.1`, ...
Value Repeat(
    GraphBuilder& net, Value x, std::string_view name, int count, Block block) {
  for (int i = 0; i < count; ++i) {
    x = block(net, x, std::string(name) + "." + std::to_string(i));
  }
  return net.Name(x, name);
}

/// Pooling and the embedding.
Value Head(GraphBuilder& net, Value x) {
  x = net.Flatten(net.GlobalAveragePool(x), net.Channels(x));
  x = net.Dropout(x, kDropout);
  x = net.Name(net.Linear(x, "last_linear", 512, GraphBuilder::Bias::kNo),
               "last_linear");
  x = net.Name(net.BatchNorm(x, "last_bn", kEpsilon), "last_bn");
  return net.L2Normalize(x);
}

}  // namespace

Graph InceptionResnetV1(const ParameterSource& parameters, int input_px) {
  MIEN_CHECK(input_px >= kSmallestInputPx);
  GraphBuilder net("inception-resnet-v1", parameters);
  Value x = net.Input("input", {kDynamicDim, 3, input_px, input_px});
  x = Stem(net, x);
  x = Repeat(net, x, "repeat_1", 5, Block35);
  x = net.Name(Mixed6a(net, x), "mixed_6a");
  x = Repeat(net, x, "repeat_2", 10, Block17);
  x = net.Name(Mixed7a(net, x), "mixed_7a");
  x = Repeat(net, x, "repeat_3", 5, Block8);
  x = net.Name(Block8Sum(net, x, "block8", 1.0F), "block8");
  net.Output(Head(net, x), "embedding");

  Graph graph = std::move(net).Build();
  StoreContract(EmbedderContract(graph.name, input_px, 512), graph);
  return graph;
}

}  // namespace mien::nets
