// SPDX-License-Identifier: Apache-2.0
#include "train/executor/steps.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "train/train_error.h"

namespace mien::train {
namespace {

/// Whether only one node reads `value`, and no one outside.
bool IsPrivate(const Graph& graph, std::string_view value) {
  return graph.Consumers(value).size() == 1 && !graph.IsOutput(value);
}

/// Whether the gradient of the node can do without its own output, so that the
/// output may be overwritten.
bool OutputIsFree(const Node& node) {
  return node.Is("Conv") || node.Is("Add");
}

bool RunsInPlace(const Graph& graph, const Node& node) {
  if (!node.Is("Relu") || !IsPrivate(graph, node.Input(0))) {
    return false;
  }
  const auto producer = graph.Producer(node.Input(0));
  return producer && OutputIsFree(graph.nodes[*producer]);
}

/// A Mul by one number: what it multiplies, and the number.
struct Scaling {
  std::string value;
  double factor;
};

std::optional<Scaling> AsScaling(const Graph& graph, const Node& node) {
  if (!node.Is("Mul")) {
    return std::nullopt;
  }
  for (const std::size_t i : {0U, 1U}) {
    const mien::Tensor* factor = graph.FindInitializer(node.Input(i));
    if (factor != nullptr && NumElements(factor->shape()) == 1) {
      return Scaling{node.Input(1 - i), factor->ToFloats()[0]};
    }
  }
  return std::nullopt;
}

/// Merges Add(x, Mul(y, number)) into the Add; `merged` collects the Mul.
void MergeScaling(const Graph& graph,
                  Step& step,
                  std::set<const Node*>& merged) {
  const std::string& branch = step.node->Input(1);
  const auto producer = graph.Producer(branch);
  if (!step.node->Is("Add") || !producer || !IsPrivate(graph, branch)) {
    return;
  }
  const Node& mul = graph.nodes[*producer];
  if (const auto scaling = AsScaling(graph, mul)) {
    step.kind = StepKind::kScaledAdd;
    step.inputs[1] = scaling->value;
    step.scale = scaling->factor;
    merged.insert(&mul);
  }
}

/// Merges a Relu or PRelu into the batch norm before it. Returns whether it
/// did.
bool MergeActivation(const Graph& graph,
                     const Node& node,
                     std::vector<Step>& steps) {
  const bool has_slopes = node.Is("PRelu");
  if (!(node.Is("Relu") || has_slopes) || !IsPrivate(graph, node.Input(0)) ||
      (has_slopes && graph.FindInitializer(node.Input(1)) == nullptr)) {
    return false;
  }
  const auto norm = std::ranges::find_if(steps, [&](const Step& step) {
    return step.node->Is("BatchNormalization") &&
           step.outputs[0] == node.Input(0);
  });
  if (norm == steps.end()) {
    return false;
  }
  norm->activation = &node;
  norm->outputs = node.outputs;
  if (has_slopes) {
    norm->inputs.push_back(node.Input(1));
  }
  return true;
}

void MarkLastUses(std::vector<Step>& steps) {
  std::set<std::string> used_later;
  for (std::size_t i = steps.size(); i-- > 0;) {
    for (const std::string& name : steps[i].inputs) {
      if (used_later.insert(name).second) {
        steps[i].last_used.push_back(name);
      }
    }
  }
}

}  // namespace

std::vector<Step> PlanSteps(const Graph& graph) {
  std::vector<Step> steps;
  std::set<const Node*> merged;
  for (const Node& node : graph.nodes) {
    if (MergeActivation(graph, node, steps)) {
      continue;
    }
    Step step = {.node = &node,
                 .op = FindTorchOp(node.op_type),
                 .inputs = node.inputs,
                 .outputs = node.outputs};
    if (step.op == nullptr || !node.domain.empty()) {
      throw TrainError(DescribeNode(node, graph.opset) +
                       ": the trainer has no such operator");
    }
    if (RunsInPlace(graph, node)) {
      step.kind = StepKind::kReluInPlace;
    }
    MergeScaling(graph, step, merged);
    steps.push_back(step);
  }
  std::erase_if(steps,
                [&](const Step& step) { return merged.contains(step.node); });
  MarkLastUses(steps);
  return steps;
}

}  // namespace mien::train
