// SPDX-License-Identifier: Apache-2.0
#include "detect/lane_net.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace mien {
namespace {

using Ints = std::vector<std::int64_t>;

// Constant input `i` of `node`, or nothing.
std::vector<float> Constant(const Graph& graph,
                            const Node& node,
                            std::size_t i) {
  const Tensor* tensor = graph.FindInitializer(node.Input(i));
  return tensor == nullptr ? std::vector<float>() : tensor->ToFloats();
}

// The node of type `op_type` that alone reads `value`, or null.
const Node* OnlyReader(const Graph& graph,
                       const std::string& value,
                       std::string_view op_type) {
  const auto readers = graph.Consumers(value);
  if (readers.size() != 1 || !graph.nodes[readers[0]].Is(op_type)) {
    return nullptr;
  }
  return &graph.nodes[readers[0]];
}

bool IsPlainConv(const Graph& graph, const Node& conv, int in_channels) {
  const Tensor* weight = graph.FindInitializer(conv.Input(1));
  const Ints ones = {1, 1};
  const Ints none = {0, 0, 0, 0};
  if (weight == nullptr || weight->shape().size() != 4) {
    return false;
  }
  const Shape& shape = weight->shape();
  return shape[1] == in_channels && shape[2] == shape[3] &&
         (shape[2] == 2 || shape[2] == 3) &&
         conv.Ints("strides", ones) == ones &&
         conv.Ints("pads", none) == none &&
         conv.Ints("dilations", ones) == ones && conv.Int("group", 1) == 1 &&
         conv.String("auto_pad", "NOTSET") == "NOTSET";
}

// Side of the windows of a pooling every second pixel that rounds up, or 0.
int PoolSize(const Node& pool) {
  const Ints kernel = pool.Ints("kernel_shape", {});
  const bool known = (kernel == Ints{2, 2} || kernel == Ints{3, 3}) &&
                     pool.Ints("strides", {1, 1}) == Ints{2, 2} &&
                     pool.Ints("pads", {0, 0, 0, 0}) == Ints{0, 0, 0, 0} &&
                     pool.Int("ceil_mode", 0) == 1;
  return known ? static_cast<int>(kernel[0]) : 0;
}

// Weights and bias of a linear layer from `inputs` numbers.
struct Linear {
  std::vector<float> weight;  // [out, in]
  std::vector<float> bias;
};

std::optional<Linear> LinearOf(const Graph& graph,
                               const Node& gemm,
                               int inputs) {
  Linear linear = {Constant(graph, gemm, 1), Constant(graph, gemm, 2)};
  const std::size_t expected =
      linear.bias.size() * static_cast<std::size_t>(inputs);
  if (gemm.Int("transB", 0) != 1 || gemm.Int("transA", 0) != 0 ||
      gemm.Float("alpha", 1) != 1 || gemm.Float("beta", 1) != 1 ||
      linear.bias.empty() || linear.weight.size() != expected) {
    return std::nullopt;
  }
  return linear;
}

// The nets flatten [C, H, W] in the order W, H, C, as Matlab did; maps here are
// flat in the order C, H, W.
std::vector<float> ReorderFlattened(const std::vector<float>& weight,
                                    const LaneMap& map) {
  std::vector<float> out(weight.size());
  const auto inputs = static_cast<std::size_t>(map.pixels());
  for (std::size_t row = 0; row < weight.size(); row += inputs) {
    std::size_t to = row;
    for (int c = 0; c < map.channels; ++c) {
      for (int y = 0; y < map.height; ++y) {
        for (int x = 0; x < map.width; ++x) {
          const int from = (x * map.height + y) * map.channels + c;
          out[to++] = weight[row + static_cast<std::size_t>(from)];
        }
      }
    }
  }
  return out;
}

// The value that `node`'s result is known by outside: past softmax and
// identities.
std::string OutputName(const Graph& graph, const std::string& value) {
  if (graph.IsOutput(value)) {
    return value;
  }
  for (const std::string_view type : {"Softmax", "Identity"}) {
    if (const Node* next = OnlyReader(graph, value, type)) {
      return OutputName(graph, next->outputs[0]);
    }
  }
  return "";
}

// From the last map to the matrix of the hidden layer: a transposition to
// [N, W, H, C] and whatever computes the new shape. Null when it is not that.
const Node* HiddenLayer(const Graph& graph, const std::string& map) {
  const Node* transpose = OnlyReader(graph, map, "Transpose");
  if (transpose == nullptr || transpose->Ints("perm", {}) != Ints{0, 3, 2, 1}) {
    return nullptr;
  }
  for (const std::size_t i : graph.Consumers(transpose->outputs[0])) {
    const Node& flatten = graph.nodes[i];
    if (flatten.Is("Reshape") ||
        (flatten.Is("Flatten") && flatten.Int("axis", 1) == 1)) {
      return OnlyReader(graph, flatten.outputs[0], "Gemm");
    }
  }
  return nullptr;
}

}  // namespace

std::optional<LaneNet> LaneNet::FromGraph(const Graph& graph,
                                          int side,
                                          const LaneKernel& kernel) {
  LaneNet net(side, kernel);
  LaneMap map = {.channels = 3, .height = side, .width = side};
  std::string value = graph.inputs[0].name;
  while (const Node* conv = OnlyReader(graph, value, "Conv")) {
    if (!net.TakeStage(graph, *conv, map, value)) {
      return std::nullopt;
    }
  }
  const Node* hidden = HiddenLayer(graph, value);
  if (hidden == nullptr || !net.TakeHeads(graph, *hidden, map)) {
    return std::nullopt;
  }
  return net;
}

bool LaneNet::TakeStage(const Graph& graph,
                        const Node& conv,
                        LaneMap& map,
                        std::string& value) {
  const Node* prelu = OnlyReader(graph, conv.outputs[0], "PRelu");
  if (prelu == nullptr || !IsPlainConv(graph, conv, map.channels)) {
    return false;
  }
  const Shape& shape = graph.FindInitializer(conv.Input(1))->shape();
  const int size = static_cast<int>(shape[2]);
  const int side = map.height - size + 1;
  const auto bias = Constant(graph, conv, 2);
  const auto slope = Constant(graph, *prelu, 1);
  if (side < 1 || bias.size() != static_cast<std::size_t>(shape[0]) ||
      slope.size() != bias.size()) {
    return false;
  }
  Stage stage = {.conv = PackLaneConv(Constant(graph, conv, 1),
                                      bias,
                                      slope,
                                      map.channels,
                                      size,
                                      side,
                                      kernel_->group),
                 .in = map};
  value = prelu->outputs[0];
  if (const Node* pool = OnlyReader(graph, value, "MaxPool")) {
    stage.pool_size = PoolSize(*pool);
    if (stage.pool_size == 0 || side < stage.pool_size) {
      return false;
    }
    value = pool->outputs[0];
  }
  map = {stage.conv.out, stage.pooled(), stage.pooled()};
  stages_.push_back(std::move(stage));
  return true;
}

bool LaneNet::TakeHeads(const Graph& graph,
                        const Node& hidden,
                        const LaneMap& map) {
  const auto linear = LinearOf(graph, hidden, map.pixels());
  const Node* prelu = OnlyReader(graph, hidden.outputs[0], "PRelu");
  if (!linear || prelu == nullptr) {
    return false;
  }
  const auto slope = Constant(graph, *prelu, 1);
  if (slope.size() != linear->bias.size()) {
    return false;
  }
  hidden_ = PackLaneDense(ReorderFlattened(linear->weight, map),
                          linear->bias,
                          slope,
                          kernel_->group);
  for (const std::size_t i : graph.Consumers(prelu->outputs[0])) {
    const Node& gemm = graph.nodes[i];
    const auto head =
        gemm.Is("Gemm") ? LinearOf(graph, gemm, hidden_.out) : std::nullopt;
    if (!head) {
      return false;
    }
    const std::string name = OutputName(graph, gemm.outputs[0]);
    const LaneDense dense =
        PackLaneDense(head->weight, head->bias, {}, kernel_->group);
    if (name == "score" && dense.out == 2) {
      scores_ = dense;
    } else if (name == "box" && dense.out == 4) {
      offsets_ = dense;
    } else if (name == "landmarks" && dense.out == 10) {
      landmarks_ = dense;
    } else {
      return false;
    }
  }
  return scores_.out == 2 && offsets_.out == 4;
}

LaneNet::Workspace LaneNet::CreateWorkspace() const {
  const int lanes = kernel_->lanes;
  // Grown to the largest that any layer needs.
  const auto reserve = [lanes](std::vector<float>& buffer, int pixels) {
    buffer.resize(std::max(
        buffer.size(),
        static_cast<std::size_t>(pixels) * static_cast<std::size_t>(lanes)));
  };
  Workspace workspace;
  const int crop = 3 * side_ * side_;
  reserve(workspace.crops, crop);
  reserve(workspace.in, crop);
  for (const Stage& stage : stages_) {
    const int side = stage.in.height - stage.conv.kernel + 1;
    const int channels = stage.conv.tile > 0 ? stage.conv.out : kernel_->group;
    reserve(workspace.whole, channels * side * side);
    reserve(workspace.in, stage.conv.out * stage.pooled() * stage.pooled());
    if (stage.conv.tile > 0) {
      workspace.points.resize(std::max(
          workspace.points.size(),
          static_cast<std::size_t>(kernel_->winograd_scratch(stage.conv))));
    }
  }
  reserve(workspace.in, static_cast<int>(hidden_.bias.size()));
  workspace.out = workspace.in;
  reserve(workspace.scores, static_cast<int>(scores_.bias.size()));
  reserve(workspace.offsets, static_cast<int>(offsets_.bias.size()));
  reserve(workspace.landmarks, static_cast<int>(landmarks_.bias.size()));
  return workspace;
}

// Group by group, so that what is pooled is still in the cache.
void LaneNet::RunPooledByGroups(const Stage& stage,
                                Workspace& workspace) const {
  const int side = stage.in.height - stage.conv.kernel + 1;
  const std::ptrdiff_t plane =
      std::ptrdiff_t{stage.pooled()} * stage.pooled() * kernel_->lanes;
  for (int first = 0; first < stage.conv.out; first += kernel_->group) {
    const LaneMap map = {
        std::min(kernel_->group, stage.conv.out - first), side, side};
    kernel_->conv_direct(stage.conv,
                         stage.in,
                         workspace.in.data(),
                         first,
                         workspace.whole.data());
    float* to = workspace.out.data() + first * plane;
    if (stage.pool_size > 0) {
      kernel_->max_pool(map, workspace.whole.data(), stage.pool_size, to);
    } else {
      std::copy_n(workspace.whole.data(), map.channels * plane, to);
    }
  }
}

void LaneNet::RunStage(const Stage& stage, Workspace& workspace) const {
  if (stage.conv.tile == 0) {
    RunPooledByGroups(stage, workspace);
    return;
  }
  const int side = stage.in.height - stage.conv.kernel + 1;
  float* out =
      stage.pool_size > 0 ? workspace.whole.data() : workspace.out.data();
  kernel_->conv_winograd(
      stage.conv, stage.in, workspace.in.data(), workspace.points.data(), out);
  if (stage.pool_size > 0) {
    kernel_->max_pool({stage.conv.out, side, side},
                      workspace.whole.data(),
                      stage.pool_size,
                      workspace.out.data());
  }
}

void LaneNet::Run(Workspace& workspace) const {
  const auto lanes = static_cast<std::size_t>(kernel_->lanes);
  const std::size_t crop = workspace.crops.size() / lanes;
  for (std::size_t i = 0; i < crop; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      workspace.in[i * lanes + lane] = workspace.crops[lane * crop + i];
    }
  }
  for (const Stage& stage : stages_) {
    RunStage(stage, workspace);
    std::swap(workspace.in, workspace.out);
  }
  kernel_->dense(hidden_, workspace.in.data(), workspace.out.data());
  const float* hidden = workspace.out.data();
  kernel_->dense(scores_, hidden, workspace.scores.data());
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const float other = workspace.scores[lane];
    const float face = workspace.scores[lanes + lane];
    workspace.scores[lane] = 1.0F / (1.0F + std::exp(other - face));
  }
  kernel_->dense(offsets_, hidden, workspace.offsets.data());
  if (has_landmarks()) {
    kernel_->dense(landmarks_, hidden, workspace.landmarks.data());
  }
}

}  // namespace mien
