// SPDX-License-Identifier: Apache-2.0
//
// mien's single-shot face detector: prior boxes on four feature maps (Liu et
// al. 2016, arXiv:1512.02325) of a trunk of depthwise-separable convolutions
// (Howard et al. 2017, arXiv:1704.04861), joined from coarse to fine so that
// small faces are judged with their surroundings (Lin et al. 2017,
// arXiv:1612.03144), with landmarks beside box and class (Deng et al. 2019,
// arXiv:1905.00641). Input: [N, 3, H, W], H and W multiples of 64, RGB, each
// value (x - 127.5) / 128.
//
//   layer     what                                   output [C, H, W]
//   trunk.0   3x3 / 2                                [ 16, H/2,  W/2 ]
//   trunk.1   separable, trunk.2 separable / 2       [ 64, H/4,  W/4 ]
//   trunk.3   separable, trunk.4 separable / 2       [128, H/8,  W/8 ]
//   trunk.5-7   3 x separable             -> c8      [128, H/8,  W/8 ]
//   trunk.8   separable / 2, 9-12 4 x     -> c16     [256, H/16, W/16]
//   trunk.13  separable / 2, 14-15 2 x    -> c32     [256, H/32, W/32]
//   trunk.16  separable / 2, 17 separable -> c64     [256, H/64, W/64]
//             separables that keep their input's shape are added to it (He et
//             al. 2016, arXiv:1512.03385)
//   lateral.k 1x1 of each; add the coarser one, enlarged twice
//   merge.k   separable                   -> p8..p64 [ 64, ...]
//   conf_head.k, loc_head.k, landmark_head.k
//             1x1: 2, 4 and 10 numbers for each prior, P of them in all
//   conf_logits, loc, landmarks          [P, 2], [P, 4], [P, 10]
//   conf      softmax of conf_logits: not a face, a face

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "nets/net_contract.h"
#include "nets/nets.h"
#include "nets/prior_boxes.h"

namespace mien::nets {
namespace {

constexpr float kEpsilon = 1e-5F;
constexpr int kPyramidChannels = 64;

Value ConvBnRelu(GraphBuilder& net,
                 const Value& x,
                 std::string_view name,
                 const ConvSpec& spec) {
  const auto scope = net.Scope(name);
  return net.Relu(net.BatchNorm(net.Conv(x, "conv", spec), "bn", kEpsilon));
}

/// Depthwise 3x3, then 1x1 to `out` channels.
Value Separable(GraphBuilder& net,
                const Value& x,
                const std::string& name,
                int out,
                int stride) {
  const auto scope = net.Scope(name);
  const int channels = net.Channels(x);
  const Value y = ConvBnRelu(net,
                             x,
                             "depthwise",
                             {.out = channels,
                              .stride = {stride, stride},
                              .pad = {1, 1},
                              .groups = channels});
  const Value z =
      ConvBnRelu(net, y, "pointwise", {.out = out, .kernel = {1, 1}});
  return stride == 1 && channels == out ? net.Add(x, z) : z;
}

struct TrunkLayer {
  int channels;
  int stride;
  bool is_level;  ///< the last one before the next stride: a level's map
};

constexpr std::array<TrunkLayer, 17> kTrunk = {{
    {32, 1, false},
    {64, 2, false},
    {64, 1, false},
    {128, 2, false},
    {128, 1, false},
    {128, 1, false},
    {128, 1, true},
    {256, 2, false},
    {256, 1, false},
    {256, 1, false},
    {256, 1, false},
    {256, 1, true},
    {256, 2, false},
    {256, 1, false},
    {256, 1, true},
    {256, 2, false},
    {256, 1, true},
}};

/// The maps of stride 8, 16, 32 and 64.
std::vector<Value> Trunk(GraphBuilder& net, Value x) {
  std::vector<Value> maps;
  x = ConvBnRelu(
      net, x, "trunk.0", {.out = 16, .stride = {2, 2}, .pad = {1, 1}});
  int index = 1;
  for (const TrunkLayer& layer : kTrunk) {
    const std::string name = "trunk." + std::to_string(index++);
    x = Separable(net, x, name, layer.channels, layer.stride);
    if (layer.is_level) {
      maps.push_back(x);
    }
  }
  return maps;
}

/// Brings all maps to kPyramidChannels and adds to each the coarser one.
std::vector<Value> JoinFromCoarseToFine(GraphBuilder& net,
                                        std::vector<Value> maps) {
  for (std::size_t i = maps.size(); i-- > 0;) {
    maps[i] = ConvBnRelu(net,
                         maps[i],
                         "lateral." + std::to_string(i),
                         {.out = kPyramidChannels, .kernel = {1, 1}});
    if (i + 1 < maps.size()) {
      maps[i] = net.Add(maps[i], net.Upsample(maps[i + 1], 2));
    }
  }
  for (std::size_t i = 0; i < maps.size(); ++i) {
    maps[i] = Separable(
        net, maps[i], "merge." + std::to_string(i), kPyramidChannels, 1);
  }
  return maps;
}

/// `values_per_prior` numbers for every prior of all maps: [N, P, values].
Value Head(GraphBuilder& net,
           const std::vector<Value>& maps,
           std::string_view name,
           int values_per_prior) {
  const auto scope = net.Scope(name);
  std::vector<Value> levels;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto num_sizes = static_cast<int>(FaceSsdPriors()[i].sizes_px.size());
    const Value y = net.Conv(maps[i],
                             std::to_string(i),
                             {.out = num_sizes * values_per_prior,
                              .kernel = {1, 1},
                              .bias = true,
                              .rectified = false});
    // Channels last, so that the rows of a level are its priors in the order
    // of GeneratePriors().
    levels.push_back(
        net.Reshape(net.Transpose(y, {0, 2, 3, 1}), {0, -1, values_per_prior}));
  }
  return net.Concat(levels, 1);
}

}  // namespace

Graph FaceSsd(const ParameterSource& parameters) {
  GraphBuilder net("mien-ssd", parameters);
  const Value x =
      net.Input("input", {kDynamicDim, 3, kDynamicDim, kDynamicDim});
  const std::vector<Value> maps = JoinFromCoarseToFine(net, Trunk(net, x));

  const Value logits = net.Name(Head(net, maps, "conf_head", 2), "conf_logits");
  net.Output(net.Softmax(logits, 2), "conf");
  net.Output(Head(net, maps, "loc_head", 4), "loc");
  net.Output(Head(net, maps, "landmark_head", 10), "landmarks");

  Graph graph = std::move(net).Build();
  StoreContract(DetectorContract(graph.name, 0, 0, "mien-ssd"), graph);
  return graph;
}

}  // namespace mien::nets
