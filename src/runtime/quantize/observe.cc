// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/observe.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "runtime/resolve_precision.h"

namespace mien::quantize {
namespace {

Result<std::shared_ptr<const CompiledNet>> CompileFor(const Graph& graph,
                                                      const Shape& shape,
                                                      Precision precision) {
  return CompiledNet::Compile(
      graph,
      {.input_shapes = {{graph.inputs.front().name, shape}},
       .precision = precision,
       .num_threads = 1});
}

double Cosine(std::span<const float> a, std::span<const float> b) {
  double product = 0.0;
  double square_a = 0.0;
  double square_b = 0.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    product += double{a[i]} * double{b[i]};
    square_a += double{a[i]} * double{a[i]};
    square_b += double{b[i]} * double{b[i]};
  }
  const double lengths = std::sqrt(square_a * square_b);
  return lengths > 0.0 ? product / lengths : 0.0;
}

}  // namespace

Observation::Observation(std::shared_ptr<const CompiledNet> net,
                         std::vector<std::string> values)
    : net_(std::move(net)),
      workspace_(net_->CreateWorkspace()),
      values_(std::move(values)),
      observers_(values_.size()) {}

Result<Observation> Observation::Begin(const Graph& graph,
                                       const std::set<std::string>& values,
                                       const Shape& shape) {
  Graph watched = graph;
  watched.outputs.clear();
  std::vector<std::string> names;
  for (const std::string& value : values) {
    watched.outputs.push_back({.name = value});
    names.push_back(value);
  }
  MIEN_ASSIGN_OR_RETURN(auto net,
                        CompileFor(watched, shape, Precision::kFloat32));
  return Observation(std::move(net), std::move(names));
}

void Observation::Add(std::span<const float> input) {
  std::ranges::copy(input, workspace_.input(0).begin());
  net_->Run(workspace_);
  for (std::size_t i = 0; i < observers_.size(); ++i) {
    observers_[i].Observe(workspace_.output(i));
  }
}

std::map<std::string, ValueRange> Observation::Choose(
    RangeMethod method) const {
  std::map<std::string, ValueRange> ranges;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    ranges[values_[i]] = observers_[i].Choose(method);
  }
  return ranges;
}

Result<std::vector<std::vector<float>>> RunSamples(
    const Graph& graph,
    const Shape& shape,
    std::span<const std::vector<float>> samples) {
  // int8 where the graph is quantised and the CPU can, else what the graph
  // says in fp32: nearly the same numbers.
  const Precision precision = IsQuantized(graph) == Quantized::kYes
                                  ? Precision::kAuto
                                  : Precision::kFloat32;
  MIEN_ASSIGN_OR_RETURN(const auto net, CompileFor(graph, shape, precision));
  Workspace workspace = net->CreateWorkspace();
  std::vector<std::vector<float>> outputs;
  for (const std::vector<float>& sample : samples) {
    std::ranges::copy(sample, workspace.input(0).begin());
    net->Run(workspace);
    std::vector<float>& row = outputs.emplace_back();
    for (std::size_t i = 0; i < net->outputs().size(); ++i) {
      const std::span<const float> output = workspace.output(i);
      row.insert(row.end(), output.begin(), output.end());
    }
  }
  return outputs;
}

Agreement Compare(std::span<const std::vector<float>> a,
                  std::span<const std::vector<float>> b) {
  Agreement agreement;
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double cosine = Cosine(a[i], b[i]);
    sum += cosine;
    agreement.lowest_cosine = std::min(agreement.lowest_cosine, cosine);
  }
  agreement.mean_cosine = a.empty() ? 1.0 : sum / static_cast<double>(a.size());
  return agreement;
}

}  // namespace mien::quantize
