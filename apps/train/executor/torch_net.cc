// SPDX-License-Identifier: Apache-2.0
#include "train/executor/torch_net.h"

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <utility>

#include "graph/opset.h"
#include "train/executor/roles.h"
#include "train/executor/steps.h"
#include "train/executor/torch_ops.h"
#include "train/executor/torch_tensor.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

Graph Canonical(const Graph& graph) {
  auto canonical = Canonicalize(graph);
  if (!canonical) {
    throw TrainError(canonical.error().message);
  }
  return std::move(canonical).value();
}

/// Kernels in the memory order that convolutions want.
Tensor Placed(const Tensor& tensor, torch::Device device) {
  const Tensor moved = tensor.to(device);
  return moved.dim() == 4 ? moved.contiguous(at::MemoryFormat::ChannelsLast)
                          : moved;
}

/// Whether `reader` asks for the numbers of `constant`, as of extents, axes
/// and factors of size, for which nobody should wait until a GPU is done.
bool IsReadHere(const Node& reader, const Tensor& constant) {
  return !constant.is_floating_point() || reader.Is("Resize") ||
         reader.Is("Pad");
}

bool Matches(const std::string& name, std::string_view pattern) {
  return fnmatch(std::string(pattern).c_str(), name.c_str(), 0) == 0;
}

}  // namespace

struct TorchNet::State {
  /// As it came, for Export().
  Graph original;

  Graph canonical;
  std::vector<Step> steps;

  /// Weights, statistics and constants by the name of their value.
  std::map<std::string, Tensor> constants;
  std::vector<Parameter> parameters;
  std::vector<std::pair<std::string, Tensor>> buffers;
  torch::Device device = torch::kCPU;
  torch::ScalarType conv_type = torch::kFloat32;
  c10::intrusive_ptr<TensorSum> sum_over_ranks;

  void AddConstant(const std::string& name,
                   const Node& reader,
                   const std::map<std::string, Role>& roles) {
    const Tensor host = TorchFromTensor(*canonical.FindInitializer(name));
    Tensor value = IsReadHere(reader, host) ? host : Placed(host, device);
    const auto role = roles.find(name);
    if (role != roles.end() && role->second == Role::kStatistic) {
      buffers.emplace_back(name, value);
    } else if (role != roles.end()) {
      value.set_requires_grad(true);
      parameters.push_back({name, value, role->second == Role::kKernel});
    }
    constants.emplace(name, value);
  }

  std::vector<Tensor> RunStep(const Step& step,
                              const std::map<std::string, Tensor>& values,
                              Mode mode) const;
};

std::vector<Tensor> TorchNet::State::RunStep(
    const Step& step,
    const std::map<std::string, Tensor>& values,
    Mode mode) const {
  std::vector<Tensor> inputs;
  for (const std::string& name : step.inputs) {
    const auto constant = constants.find(name);
    inputs.push_back(name.empty()                  ? Tensor()
                     : constant != constants.end() ? constant->second
                                                   : values.at(name));
  }
  try {
    if (step.kind == StepKind::kReluInPlace) {
      return {at::relu_(inputs[0])};
    }
    if (step.kind == StepKind::kScaledAdd) {
      return {at::add(inputs[0], inputs[1], step.scale)};
    }
    return step.op({.node = *step.node,
                    .inputs = inputs,
                    .mode = mode,
                    .conv_type = conv_type,
                    .activation = step.activation,
                    .sum_over_ranks = sum_over_ranks,
                    .frozen = step.frozen});
  } catch (const TrainError& error) {
    throw TrainError(DescribeNode(*step.node, original.opset) + ": " +
                     error.what());
  }
}

TorchNet::TorchNet(const Graph& graph, const TorchNetOptions& options)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.original = graph;
  state.canonical = Canonical(graph);
  state.device = options.device;
  state.sum_over_ranks = options.sum_over_ranks;
  state.conv_type = options.bfloat16 ? torch::kBFloat16 : torch::kFloat32;
  const std::map<std::string, Role> roles = InitializerRoles(state.canonical);
  // In the order in which the graph reads them.
  for (const Node& node : state.canonical.nodes) {
    for (const std::string& name : node.inputs) {
      if (state.canonical.FindInitializer(name) != nullptr &&
          !state.constants.contains(name)) {
        state.AddConstant(name, node, roles);
      }
    }
  }
  state.steps = PlanSteps(state.canonical);
}

TorchNet::~TorchNet() = default;

std::vector<Tensor> TorchNet::Forward(const Tensor& input,
                                      std::span<const std::string> wanted,
                                      Mode mode) {
  const State& state = *state_;
  const std::set<std::string> keep(wanted.begin(), wanted.end());
  std::map<std::string, Tensor> values;
  values[state.canonical.inputs.at(0).name] =
      input.to(state.device)
          .contiguous(input.dim() == 4 ? at::MemoryFormat::ChannelsLast
                                       : at::MemoryFormat::Contiguous);
  for (const Step& step : state.steps) {
    std::vector<Tensor> outputs = state.RunStep(step, values, mode);
    for (std::size_t i = 0; i < step.outputs.size(); ++i) {
      values[step.outputs[i]] = std::move(outputs.at(i));
    }
    for (const std::string& name : step.last_used) {
      if (!keep.contains(name)) {
        values.erase(name);
      }
    }
  }
  std::vector<Tensor> found;
  for (const std::string& name : wanted) {
    const auto value = values.find(name);
    if (value == values.end()) {
      throw TrainError("the network " + state.original.name +
                       " has no value called " + name);
    }
    found.push_back(value->second.to(torch::kFloat32));
  }
  return found;
}

Tensor TorchNet::Forward(const Tensor& input,
                         const std::string& wanted,
                         Mode mode) {
  return Forward(input, std::span(&wanted, 1), mode)[0];
}

const std::string& TorchNet::output() const {
  return state_->canonical.outputs.at(0).name;
}

const std::vector<Parameter>& TorchNet::parameters() const {
  return state_->parameters;
}

const std::vector<std::pair<std::string, Tensor>>& TorchNet::buffers() const {
  return state_->buffers;
}

int TorchNet::Freeze(std::string_view pattern) {
  int matched = 0;
  for (Parameter& parameter : state_->parameters) {
    if (Matches(parameter.name, pattern)) {
      parameter.tensor.set_requires_grad(false);
      ++matched;
    }
  }
  for (Step& step : state_->steps) {
    step.frozen = step.frozen || (step.node->Is("BatchNormalization") &&
                                  Matches(step.node->Input(3), pattern));
  }
  return matched;
}

Graph TorchNet::Export() const {
  Graph graph = state_->original;
  const auto store = [&](const std::string& name, const Tensor& tensor) {
    const auto found = graph.initializers.find(name);
    if (found != graph.initializers.end()) {
      found->second = TensorFromTorch(tensor).Reshaped(found->second.shape());
    }
  };
  for (const Parameter& parameter : state_->parameters) {
    store(parameter.name, parameter.tensor);
  }
  for (const auto& [name, tensor] : state_->buffers) {
    store(name, tensor);
  }
  return graph;
}

std::string FeatureValue(const Graph& graph) {
  const std::string& output = graph.outputs.at(0).name;
  const auto last = graph.Producer(output);
  if (!last) {
    return output;
  }
  const Node& node = graph.nodes[*last];
  const bool scales = node.Is("Div") || node.Is("LpNormalization");
  return scales ? node.Input(0) : output;
}

}  // namespace mien::train
