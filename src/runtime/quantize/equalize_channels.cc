// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/equalize_channels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "runtime/compiled_net.h"
#include "runtime/quantize/quantize_graph.h"

namespace mien::quantize {
namespace {

/// Beyond this the factors are held.
constexpr double kLargestFactor = 64.0;

/// A value between two convolutions, by indices of nodes.
struct Link {
  std::size_t maker = 0;
  std::size_t reader = 0;
};

bool IsHomogeneous(const Graph& graph, const Node& node) {
  return node.Is("Relu") ||
         (node.Is("LeakyRelu") && node.Float("alpha", 0.01F) >= 0.0F) ||
         (node.Is("PRelu") && graph.FindInitializer(node.Input(1)) != nullptr);
}

bool HasOneReader(const Graph& graph, const std::string& value) {
  return graph.Consumers(value).size() == 1 && !graph.IsOutput(value);
}

bool HasConstants(const Graph& graph, const Node& conv) {
  const bool has_bias =
      conv.Input(2).empty() || graph.FindInitializer(conv.Input(2)) != nullptr;
  return graph.FindInitializer(conv.Input(1)) != nullptr && has_bias;
}

/// The convolution whose channels the input of node `reader` has, if scaling
/// them changes nothing else.
std::optional<Link> LinkBefore(const Graph& graph, std::size_t reader) {
  const Node& conv = graph.nodes[reader];
  if (conv.Int("group", 1) != 1 || !HasOneReader(graph, conv.inputs[0])) {
    return std::nullopt;
  }
  auto maker = graph.Producer(conv.inputs[0]);
  if (maker && IsHomogeneous(graph, graph.nodes[*maker])) {
    const std::string& inner = graph.nodes[*maker].inputs[0];
    maker = HasOneReader(graph, inner) ? graph.Producer(inner) : std::nullopt;
  }
  if (!maker || !graph.nodes[*maker].Is("Conv") ||
      !HasConstants(graph, graph.nodes[*maker])) {
    return std::nullopt;
  }
  return Link{*maker, reader};
}

std::vector<Link> FindLinks(const Graph& graph) {
  std::vector<Link> links;
  for (const QuantizableLayer& layer : FindQuantizableLayers(graph)) {
    if (const auto link = LinkBefore(graph, *graph.Producer(layer.output))) {
      links.push_back(*link);
    }
  }
  return links;
}

/// Largest magnitude in each channel of weights [M, C, kh, kw].
std::vector<float> LargestByInput(const Tensor& weights) {
  const std::vector<float> values = weights.ToFloats();
  const auto channels = static_cast<std::size_t>(weights.shape()[1]);
  const auto taps =
      static_cast<std::size_t>(weights.shape()[2] * weights.shape()[3]);
  std::vector<float> largest(channels);
  for (std::size_t i = 0; i < values.size(); ++i) {
    float& of_channel = largest[i / taps % channels];
    of_channel = std::max(of_channel, std::abs(values[i]));
  }
  return largest;
}

/// What divides the channels of a value: the geometric mean of its magnitude
/// and the inverse of its weights', all in all 1.
std::vector<float> FactorsOf(const std::vector<float>& values,
                             const std::vector<float>& weights) {
  std::vector<double> logs;
  double sum = 0.0;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const bool is_used = values[c] > 0.0F && weights[c] > 0.0F;
    logs.push_back(
        is_used ? 0.5 * std::log(double{values[c]} / double{weights[c]}) : 0.0);
    sum += logs.back();
  }
  const double mean = sum / static_cast<double>(logs.size());
  const double bound = std::log(kLargestFactor);
  std::vector<float> factors;
  for (const double log : logs) {
    factors.push_back(
        static_cast<float>(std::exp(std::clamp(log - mean, -bound, bound))));
  }
  return factors;
}

/// Replaces constant input `i` of `node` by itself with element k times
/// `factor(k)`.
template <typename F>
void ScaleConstant(Graph& graph, Node& node, std::size_t i, F factor) {
  const Tensor& old = graph.initializers.at(node.inputs[i]);
  std::vector<float> values = old.ToFloats();
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] *= factor(k);
  }
  const std::string name = node.outputs[0] + ".equalized." + std::to_string(i) +
                           "." + node.inputs[i];
  graph.initializers.insert_or_assign(name, Tensor::Float(old.shape(), values));
  node.inputs[i] = name;
}

void Scale(Graph& graph, const Link& link, const std::vector<float>& factors) {
  Node& maker = graph.nodes[link.maker];
  const std::size_t channels = factors.size();
  const auto rows = static_cast<std::size_t>(NumElements(
                        graph.initializers.at(maker.inputs[1]).shape())) /
                    channels;
  ScaleConstant(
      graph, maker, 1, [&](std::size_t k) { return 1.0F / factors[k / rows]; });
  if (!maker.Input(2).empty()) {
    ScaleConstant(
        graph, maker, 2, [&](std::size_t k) { return 1.0F / factors[k]; });
  }
  Node& reader = graph.nodes[link.reader];
  const Shape& w = graph.initializers.at(reader.inputs[1]).shape();
  const auto taps = static_cast<std::size_t>(w[2] * w[3]);
  ScaleConstant(graph, reader, 1, [&](std::size_t k) {
    return factors[k / taps % channels];
  });
}

/// Largest magnitudes in each channel of the values that `links` carry.
Result<std::vector<std::vector<float>>> LargestByChannel(
    const Graph& graph,
    std::span<const Link> links,
    const Shape& shape,
    std::span<const std::vector<float>> samples) {
  Graph watched = graph;
  watched.outputs.clear();
  for (const Link& link : links) {
    watched.outputs.push_back({.name = graph.nodes[link.reader].inputs[0]});
  }
  MIEN_ASSIGN_OR_RETURN(
      const auto net,
      CompiledNet::Compile(
          watched, {.input_shapes = {{graph.inputs.front().name, shape}}}));
  Workspace workspace = net->CreateWorkspace();
  std::vector<std::vector<float>> largest;
  for (const ValueInfo& output : net->outputs()) {
    largest.emplace_back(static_cast<std::size_t>(output.shape[1]));
  }
  for (const std::vector<float>& sample : samples) {
    std::ranges::copy(sample, workspace.input(0).begin());
    net->Run(workspace);
    for (std::size_t i = 0; i < links.size(); ++i) {
      const std::span<const float> values = workspace.output(i);
      const std::size_t pixels = values.size() / largest[i].size();
      for (std::size_t k = 0; k < values.size(); ++k) {
        float& of_channel = largest[i][k / pixels];
        of_channel = std::max(of_channel, std::abs(values[k]));
      }
    }
  }
  return largest;
}

}  // namespace

Result<Graph> EqualizeChannels(const Graph& graph,
                               const Shape& shape,
                               std::span<const std::vector<float>> samples) {
  const std::vector<Link> links = FindLinks(graph);
  Graph equal = graph;
  if (links.empty()) {
    return equal;
  }
  MIEN_ASSIGN_OR_RETURN(const auto largest,
                        LargestByChannel(graph, links, shape, samples));
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Node& reader = graph.nodes[links[i].reader];
    Scale(equal,
          links[i],
          FactorsOf(largest[i],
                    LargestByInput(*graph.FindInitializer(reader.Input(1)))));
  }
  return equal;
}

}  // namespace mien::quantize
