// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/quantize_graph.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace mien::quantize {
namespace {

constexpr float kLargestWeight = 127.0F;
constexpr float kLevelSteps = 255.0F;

/// Biases stay within this share of what int32 holds.
constexpr float kLargestBias = 1073741824.0F;  // 2^30

bool IsQuantizable(const Graph& graph, const Node& node) {
  const Tensor* weights = graph.FindInitializer(node.Input(1));
  const bool has_constant_bias =
      node.Input(2).empty() || graph.FindInitializer(node.Input(2)) != nullptr;
  return node.Is("Conv") && weights != nullptr && has_constant_bias &&
         weights->type() == DataType::kFloat32 &&
         weights->shape().size() == 4 && weights->shape()[1] > 1;
}

/// An operator that gives integers when it reads integers of one scale.
bool IsMover(const Node& node) {
  return node.Is("Concat") || (node.Is("MaxPool") && node.outputs.size() == 1);
}

/// Sets of values that share one range.
class SharedRanges {
 public:
  void Join(const std::string& a, const std::string& b) {
    parents_[Leader(a)] = Leader(b);
  }

  std::string Leader(const std::string& value) {
    const auto found = parents_.find(value);
    if (found == parents_.end() || found->second == value) {
      return value;
    }
    std::string leader = Leader(found->second);
    parents_[value] = leader;
    return leader;
  }

 private:
  std::map<std::string, std::string> parents_;
};

/// What is rounded, and who reads it so.
struct Decisions {
  std::set<std::string> rounded;   ///< values
  std::set<std::size_t> integral;  ///< nodes that read integers
  SharedRanges shared;
};

class Decider {
 public:
  Decider(const Graph& graph, const std::set<std::string>& layers)
      : graph_(graph) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const Node& node = graph.nodes[i];
      for (const std::string& input : node.inputs) {
        readers_[input].push_back(i);
      }
      if (IsQuantizable(graph, node) && layers.contains(node.outputs[0])) {
        decisions_.integral.insert(i);
        decisions_.rounded.insert(node.Input(0));
      }
    }
  }

  /// Backwards, so that the readers of a value are decided before its maker.
  Decisions Decide() && {
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
      const Node& node = graph_.nodes[i];
      if (!IsMover(node) || !decisions_.rounded.contains(node.outputs[0]) ||
          !OnlyIntegralReaders(node.outputs[0]) || ReadsConstant(node)) {
        continue;
      }
      decisions_.integral.insert(i);
      for (const std::string& input : node.inputs) {
        decisions_.rounded.insert(input);
        decisions_.shared.Join(input, node.outputs[0]);
      }
    }
    return std::move(decisions_);
  }

 private:
  [[nodiscard]] bool OnlyIntegralReaders(const std::string& value) const {
    return !graph_.IsOutput(value) &&
           std::ranges::all_of(readers_.at(value), [&](std::size_t reader) {
             return decisions_.integral.contains(reader);
           });
  }

  [[nodiscard]] bool ReadsConstant(const Node& node) const {
    return std::ranges::any_of(node.inputs, [&](const std::string& input) {
      return graph_.initializers.contains(input);
    });
  }

  const Graph& graph_;
  std::map<std::string, std::vector<std::size_t>> readers_;
  Decisions decisions_;
};

/// Scale and zero point of a range in uint8.
struct Step {
  float scale = 1.0F;
  std::int64_t zero_point = 0;
};

Step StepOf(const ValueRange& range) {
  const float width = range.high - range.low;
  if (!(width > 0.0F)) {
    return {};
  }
  const float scale = width / kLevelSteps;
  return {scale, std::llround(-range.low / scale)};
}

/// Writes the quantised graph.
class Inserter {
 public:
  Inserter(const Graph& graph, Decisions decisions)
      : graph_(graph), decisions_(std::move(decisions)), result_(graph) {
    result_.nodes.clear();
  }

  Result<Graph> Insert(const std::map<std::string, ValueRange>& ranges) && {
    MIEN_RETURN_IF_ERROR(ChooseSteps(ranges));
    for (const ValueInfo& input : graph_.inputs) {
      Round(input.name);
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      Node node = graph_.nodes[i];
      if (decisions_.integral.contains(i)) {
        ReadIntegers(node);
      }
      const std::vector<std::string> outputs = node.outputs;
      result_.nodes.push_back(std::move(node));
      for (const std::string& output : outputs) {
        Round(output);
      }
    }
    DropUnreadConstants();
    MIEN_RETURN_IF_ERROR(result_.Validate());
    return std::move(result_);
  }

 private:
  Result<void> ChooseSteps(const std::map<std::string, ValueRange>& ranges) {
    std::map<std::string, ValueRange> joined;
    for (const std::string& value : decisions_.rounded) {
      const auto range = ranges.find(value);
      if (range == ranges.end()) {
        return Error{ErrorCode::kInvalidArgument,
                     "no range for value '" + value + "'"};
      }
      ValueRange& group = joined[decisions_.shared.Leader(value)];
      group = group.Joined(range->second);
    }
    for (const std::string& value : decisions_.rounded) {
      steps_[value] = StepOf(joined.at(decisions_.shared.Leader(value)));
    }
    return {};
  }

  std::string AddConstant(const std::string& stem, Tensor tensor) {
    std::string name = stem;
    for (int i = 1; result_.initializers.contains(name); ++i) {
      name = stem + "_" + std::to_string(i);
    }
    result_.initializers.emplace(name, std::move(tensor));
    return name;
  }

  void AddNode(std::string_view op_type,
               std::vector<std::string> inputs,
               const std::string& output,
               std::map<std::string, Attribute> attributes = {}) {
    result_.nodes.push_back({.name = output,
                             .op_type = std::string(op_type),
                             .inputs = std::move(inputs),
                             .outputs = {output},
                             .attributes = std::move(attributes)});
  }

  /// Puts QuantizeLinear and DequantizeLinear behind `value`, if it is rounded.
  void Round(const std::string& value) {
    const auto step = steps_.find(value);
    if (step == steps_.end()) {
      return;
    }
    const std::string scale = AddConstant(
        value + ".scale", Tensor::Float({}, {&step->second.scale, 1}));
    const std::string zero_point = AddConstant(
        value + ".zero",
        Tensor::Integers(DataType::kUint8, {}, {&step->second.zero_point, 1}));
    AddNode("QuantizeLinear", {value, scale, zero_point}, value + ".q");
    AddNode(
        "DequantizeLinear", {value + ".q", scale, zero_point}, value + ".dq");
  }

  void ReadIntegers(Node& node) {
    const std::string source = node.Input(0);
    for (std::string& input : node.inputs) {
      input = steps_.contains(input) ? input + ".dq" : input;
    }
    if (IsMover(node)) {
      return;
    }
    const float source_scale = steps_.at(source).scale;
    const Tensor& weights = graph_.initializers.at(node.inputs[1]);
    const Tensor* bias = graph_.FindInitializer(node.Input(2));
    const std::vector<float> scales = WeightScales(weights, bias, source_scale);
    node.inputs[1] = StoreWeights(node.outputs[0], weights, scales);
    if (bias != nullptr) {
      node.inputs[2] = StoreBias(node.outputs[0], *bias, scales, source_scale);
    }
  }

  /// One per output channel, so that the largest weight is 127, or larger where
  /// the bias would not fit its integer.
  static std::vector<float> WeightScales(const Tensor& weights,
                                         const Tensor* bias,
                                         float source_scale) {
    const auto values = weights.values<float>();
    const auto channels = static_cast<std::size_t>(weights.shape()[0]);
    const std::size_t length = values.size() / channels;
    std::vector<float> scales;
    for (std::size_t c = 0; c < channels; ++c) {
      float largest = 0.0F;
      for (const float value : values.subspan(c * length, length)) {
        largest = std::max(largest, std::abs(value));
      }
      float scale = largest / kLargestWeight;
      if (bias != nullptr) {
        scale = std::max(
            scale,
            std::abs(bias->values<float>()[c]) / (source_scale * kLargestBias));
      }
      scales.push_back(scale > 0.0F ? scale : 1.0F);
    }
    return scales;
  }

  std::string AddScales(const std::string& stem,
                        const std::vector<float>& scales) {
    return AddConstant(
        stem,
        Tensor::Float({static_cast<std::int64_t>(scales.size())}, scales));
  }

  std::string StoreWeights(const std::string& stem,
                           const Tensor& weights,
                           const std::vector<float>& scales) {
    const auto values = weights.values<float>();
    const std::size_t length = values.size() / scales.size();
    std::vector<std::byte> bytes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      bytes[i] = static_cast<std::byte>(
          static_cast<int>(std::nearbyint(values[i] / scales[i / length])));
    }
    const std::string integers =
        AddConstant(stem + ".weight.q",
                    Tensor(DataType::kInt8, weights.shape(), std::move(bytes)));
    const std::vector<std::int64_t> zeros(scales.size());
    const std::string zero_points = AddConstant(
        stem + ".weight.zero",
        Tensor::Integers(
            DataType::kInt8, {static_cast<std::int64_t>(zeros.size())}, zeros));
    AddNode("DequantizeLinear",
            {integers, AddScales(stem + ".weight.scale", scales), zero_points},
            stem + ".weight.dq",
            {{"axis", std::int64_t{0}}});
    return stem + ".weight.dq";
  }

  std::string StoreBias(const std::string& stem,
                        const Tensor& bias,
                        std::vector<float> scales,
                        float source_scale) {
    const auto values = bias.values<float>();
    std::vector<std::int64_t> integers;
    for (std::size_t c = 0; c < scales.size(); ++c) {
      scales[c] *= source_scale;
      integers.push_back(std::llround(values[c] / scales[c]));
    }
    const std::string stored =
        AddConstant(stem + ".bias.q",
                    Tensor::Integers(DataType::kInt32, bias.shape(), integers));
    AddNode("DequantizeLinear",
            {stored, AddScales(stem + ".bias.scale", scales)},
            stem + ".bias.dq",
            {{"axis", std::int64_t{0}}});
    return stem + ".bias.dq";
  }

  void DropUnreadConstants() {
    std::set<std::string> read;
    for (const Node& node : result_.nodes) {
      read.insert(node.inputs.begin(), node.inputs.end());
    }
    for (const ValueInfo& output : result_.outputs) {
      read.insert(output.name);
    }
    std::erase_if(result_.initializers, [&](const auto& entry) {
      return !read.contains(entry.first);
    });
  }

  const Graph& graph_;
  Decisions decisions_;
  Graph result_;
  std::map<std::string, Step> steps_;
};

}  // namespace

std::vector<QuantizableLayer> FindQuantizableLayers(const Graph& graph) {
  std::vector<QuantizableLayer> layers;
  for (const Node& node : graph.nodes) {
    if (IsQuantizable(graph, node)) {
      layers.push_back({node.name.empty() ? node.outputs[0] : node.name,
                        node.outputs[0],
                        node.inputs[0]});
    }
  }
  return layers;
}

std::set<std::string> ValuesToObserve(const Graph& graph) {
  std::set<std::string> layers;
  for (const QuantizableLayer& layer : FindQuantizableLayers(graph)) {
    layers.insert(layer.output);
  }
  return Decider(graph, layers).Decide().rounded;
}

Result<Graph> InsertQuantization(
    const Graph& graph,
    const std::set<std::string>& layers,
    const std::map<std::string, ValueRange>& ranges) {
  return Inserter(graph, Decider(graph, layers).Decide()).Insert(ranges);
}

}  // namespace mien::quantize
