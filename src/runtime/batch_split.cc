// SPDX-License-Identifier: Apache-2.0
#include "runtime/batch_split.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/shape_inference.h"

namespace mien {
namespace {

/// What a core's second-level cache holds, at least, on CPUs with AVX-512.
constexpr std::int64_t kCacheBytes = std::int64_t{1} << 20;

/// Operations per byte of values from which a network is not bound by memory:
/// MobileFaceNet has 17 and gains a fifth, Inception-ResNet-v1 a hundred and
/// loses a thirtieth.
constexpr double kMostOperationsPerByte = 40.0;

/// Operators that work on each sample alone when their inputs are constants or
/// maps [N, C, H, W].
constexpr std::array<std::string_view, 14> kPerSample = {"FusedConv",
                                                         "Conv",
                                                         "MaxPool",
                                                         "AveragePool",
                                                         "Relu",
                                                         "LeakyRelu",
                                                         "PRelu",
                                                         "Clip",
                                                         "Sigmoid",
                                                         "HardSwish",
                                                         "Add",
                                                         "Mul",
                                                         "QuantizeLinear",
                                                         "DequantizeLinear"};

class Splitter {
 public:
  Splitter(const Graph& graph, const std::map<std::string, ValueType>& types)
      : graph_(graph),
        types_(types),
        batch_(graph.inputs.front().shape.front()) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      for (const std::string& input : graph.nodes[i].inputs) {
        last_use_[input] = i;
        ++num_uses_[input];
      }
    }
    for (const ValueInfo& output : graph.outputs) {
      last_use_[output.name] = graph.nodes.size();
    }
  }

  std::optional<BatchSplit> Split(std::int64_t samples) {
    FindWideLayers();
    if (wide_end_ == 0 ||
        wide_operations_ > kMostOperationsPerByte * wide_bytes_) {
      return std::nullopt;
    }
    const std::optional<std::size_t> cut = FindCut();
    return cut ? std::optional(Parts(*cut, samples)) : std::nullopt;
  }

 private:
  [[nodiscard]] std::int64_t BytesOf(const std::string& value) const {
    const auto type = types_.find(value);
    return type == types_.end()
               ? 0
               : NumElements(type->second.shape) *
                     static_cast<std::int64_t>(ElementBytes(type->second.type));
  }

  /// Whether `value` is a constant or a map of the batch.
  [[nodiscard]] bool IsOrdinary(const std::string& value) const {
    if (value.empty() || graph_.FindInitializer(value) != nullptr) {
      return true;
    }
    const Shape& shape = types_.at(value).shape;
    return shape.size() == 4 && shape[0] == batch_;
  }

  [[nodiscard]] bool KeepsSamplesApart(const Node& node) const {
    const bool is_known =
        std::ranges::find(kPerSample, node.op_type) != kPerSample.end() ||
        (node.Is("Concat") && node.Int("axis", 0) == 1);
    const auto is_ordinary = [this](const std::string& value) {
      return IsOrdinary(value);
    };
    return is_known && std::ranges::all_of(node.inputs, is_ordinary) &&
           std::ranges::all_of(node.outputs, is_ordinary);
  }

  /// Sets `apart_end_`, the end of the first nodes that keep samples apart, and
  /// `wide_end_`, that of the last convolution among them whose values of one
  /// sample outweigh its weights while those of the batch do not fit the cache;
  /// counts what such convolutions read, write and compute.
  void FindWideLayers() {
    while (apart_end_ < graph_.nodes.size() &&
           KeepsSamplesApart(graph_.nodes[apart_end_])) {
      const Node& node = graph_.nodes[apart_end_++];
      if (node.op_type != "FusedConv" && node.op_type != "Conv") {
        continue;
      }
      const std::int64_t values =
          BytesOf(node.inputs[0]) + BytesOf(node.outputs[0]);
      if (values > kCacheBytes && values / batch_ > BytesOf(node.Input(1))) {
        wide_end_ = apart_end_;
        wide_bytes_ += static_cast<double>(values);
        wide_operations_ += OperationsOf(node);
      }
    }
  }

  /// Of a convolution, multiply and add counted as two.
  [[nodiscard]] double OperationsOf(const Node& node) const {
    const Shape& weights = types_.at(node.Input(1)).shape;
    return 2.0 * static_cast<double>(NumElements(weights) / weights[0]) *
           static_cast<double>(NumElements(types_.at(node.outputs[0]).shape));
  }

  /// The one value that nodes before `end` make and later ones read, if it is
  /// of floats and cutting there hides nothing from the executor: it sees
  /// through a DequantizeLinear, and rounds at once what only a QuantizeLinear
  /// reads.
  [[nodiscard]] const std::string* Crossing(std::size_t end) const {
    const std::string* crossing = nullptr;
    const Node* maker = nullptr;
    for (std::size_t i = 0; i < end; ++i) {
      for (const std::string& output : graph_.nodes[i].outputs) {
        const auto use = last_use_.find(output);
        if (use == last_use_.end() || use->second < end) {
          continue;
        }
        if (crossing != nullptr) {
          return nullptr;
        }
        crossing = &output;
        maker = &graph_.nodes[i];
      }
    }
    if (crossing == nullptr || last_use_.at(graph_.inputs[0].name) >= end ||
        types_.at(*crossing).type != DataType::kFloat32 ||
        maker->Is("DequantizeLinear") || graph_.IsOutput(*crossing)) {
      return nullptr;
    }
    const bool is_rounded_at_once =
        num_uses_.at(*crossing) == 1 && end < graph_.nodes.size() &&
        graph_.nodes[last_use_.at(*crossing)].Is("QuantizeLinear");
    return is_rounded_at_once ? nullptr : crossing;
  }

  /// Behind the wide layers, or else among them.
  [[nodiscard]] std::optional<std::size_t> FindCut() const {
    for (std::size_t end = wide_end_; end <= apart_end_; ++end) {
      if (Crossing(end) != nullptr) {
        return end;
      }
    }
    for (std::size_t end = wide_end_; end-- > 1;) {
      if (Crossing(end) != nullptr) {
        return end;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Graph Part(std::size_t begin, std::size_t end) const {
    Graph part;
    part.name = graph_.name;
    part.opset = graph_.opset;
    const auto nodes = graph_.nodes.begin();
    part.nodes.assign(nodes + static_cast<std::ptrdiff_t>(begin),
                      nodes + static_cast<std::ptrdiff_t>(end));
    for (const Node& node : part.nodes) {
      for (const std::string& input : node.inputs) {
        if (const Tensor* tensor = graph_.FindInitializer(input)) {
          part.initializers.emplace(input, *tensor);
        }
      }
    }
    return part;
  }

  [[nodiscard]] BatchSplit Parts(std::size_t cut, std::int64_t samples) const {
    BatchSplit split = {.head = Part(0, cut),
                        .samples = samples,
                        .tail = Part(cut, graph_.nodes.size())};
    const std::string& name = *Crossing(cut);
    ValueInfo between = {.name = name, .shape = types_.at(name).shape};
    split.tail.inputs = {between};
    split.tail.outputs = graph_.outputs;
    for (const ValueInfo& output : graph_.outputs) {
      if (const Tensor* tensor = graph_.FindInitializer(output.name)) {
        split.tail.initializers.emplace(output.name, *tensor);
      }
    }
    split.head.inputs = graph_.inputs;
    split.head.inputs[0].shape[0] = samples;
    between.shape[0] = samples;
    split.head.outputs = {between};
    return split;
  }

  const Graph& graph_;
  const std::map<std::string, ValueType>& types_;
  std::map<std::string, std::size_t> last_use_;
  std::map<std::string, int> num_uses_;
  std::int64_t batch_;
  std::size_t apart_end_ = 0;
  std::size_t wide_end_ = 0;
  double wide_bytes_ = 0.0;
  double wide_operations_ = 0.0;
};

/// Whether the batch of the one map that `graph` reads comes in rounds of
/// `samples`.
bool HasRounds(const Graph& graph, std::int64_t samples) {
  if (graph.inputs.size() != 1 || graph.inputs[0].shape.size() != 4) {
    return false;
  }
  const std::int64_t batch = graph.inputs[0].shape[0];
  return batch > samples && batch % samples == 0;
}

}  // namespace

Result<std::optional<BatchSplit>> SplitBatch(const Graph& graph,
                                             int num_threads) {
  if (!HasRounds(graph, num_threads)) {
    return std::optional<BatchSplit>();
  }
  MIEN_ASSIGN_OR_RETURN(const InferredShapes shapes, InferShapes(graph, {}));
  return Splitter(graph, shapes.types).Split(num_threads);
}

}  // namespace mien
