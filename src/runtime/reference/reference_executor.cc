// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/reference_executor.h"

#include <algorithm>
#include <set>
#include <utility>

#include "graph/opset.h"
#include "runtime/reference/kernel.h"

namespace mien {
namespace {

using Values = std::map<std::string, Tensor>;

/// Whether `given` may stand for an input declared as `declared`.
bool Fits(const Shape& given, const Shape& declared) {
  return std::ranges::equal(
      given, declared, [](std::int64_t extent, std::int64_t wanted) {
        return wanted == kDynamicDim || extent == wanted;
      });
}

/// Whether a node of `graph` makes `value`, or it is a constant.
bool IsMade(const Graph& graph, std::string_view value) {
  return graph.FindInitializer(value) != nullptr ||
         graph.Producer(value).has_value();
}

/// `graph` with `wanted` among its outputs, so that they are kept.
Result<Graph> WithOutputs(const Graph& graph,
                          std::span<const std::string> wanted) {
  Graph extended = graph;
  for (const std::string& name : wanted) {
    const bool is_input =
        std::ranges::find(graph.inputs, name, &ValueInfo::name) !=
        graph.inputs.end();
    if (!is_input && !IsMade(graph, name)) {
      return Error{ErrorCode::kInvalidArgument,
                   "the graph has no value called " + name};
    }
    if (!is_input && !extended.IsOutput(name)) {
      extended.outputs.push_back({.name = name});
    }
  }
  return extended;
}

Result<void> CheckInputs(const Graph& graph, const Values& inputs) {
  for (const ValueInfo& input : graph.inputs) {
    const auto found = inputs.find(input.name);
    if (found == inputs.end()) {
      return Error{ErrorCode::kInvalidArgument,
                   "input " + input.name + " is missing"};
    }
    const Tensor& given = found->second;
    if (given.type() != input.type || !Fits(given.shape(), input.shape)) {
      return Error{ErrorCode::kInvalidArgument,
                   "input " + input.name + " is " +
                       std::string(DataTypeName(given.type())) + " " +
                       ShapeText(given.shape()) + "; must be " +
                       std::string(DataTypeName(input.type)) + " " +
                       ShapeText(input.shape)};
    }
  }
  return {};
}

/// Which nodes must run to make `wanted`, and which node reads a value last.
struct Schedule {
  std::vector<bool> is_needed;
  std::map<std::string, std::size_t> last_use;
};

Schedule MakeSchedule(const Graph& graph, const std::set<std::string>& wanted) {
  Schedule schedule;
  schedule.is_needed.resize(graph.nodes.size());
  std::set<std::string> needed = wanted;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    const bool is_needed = std::ranges::any_of(
        node.outputs,
        [&](const std::string& output) { return needed.contains(output); });
    schedule.is_needed[i] = is_needed;
    if (!is_needed) {
      continue;
    }
    for (const std::string& input : node.inputs) {
      needed.insert(input);
      schedule.last_use.try_emplace(input, i);
    }
  }
  return schedule;
}

/// The values at hand during a run.
class Run {
 public:
  Run(const Graph& graph, const Values& inputs, const ReferenceOptions& options)
      : graph_(graph), inputs_(inputs), options_(options) {}

  Result<Values> Compute(const std::set<std::string>& wanted) {
    const Schedule schedule = MakeSchedule(graph_, wanted);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (!schedule.is_needed[i]) {
        continue;
      }
      MIEN_RETURN_IF_ERROR(Execute(graph_.nodes[i]));
      for (const std::string& input : graph_.nodes[i].inputs) {
        if (schedule.last_use.at(input) == i && !wanted.contains(input)) {
          made_.erase(input);
        }
      }
    }
    Values results;
    for (const std::string& name : wanted) {
      results.emplace(name, *Find(name));
    }
    return results;
  }

 private:
  const Tensor* Find(const std::string& name) const {
    for (const Values* values : {&made_, &inputs_, &graph_.initializers}) {
      const auto found = values->find(name);
      if (found != values->end()) {
        return &found->second;
      }
    }
    return nullptr;
  }

  Result<void> Execute(const Node& node) {
    std::vector<const Tensor*> inputs;
    for (const std::string& name : node.inputs) {
      inputs.push_back(name.empty() ? nullptr : Find(name));
      if (!name.empty() && inputs.back() == nullptr) {
        return Error{ErrorCode::kCorruptModel,
                     DescribeNode(node, graph_.opset) + ": input " + name +
                         " is missing"};
      }
    }
    MIEN_ASSIGN_OR_RETURN(std::vector<Tensor> outputs,
                          EvaluateNode(node, graph_.opset, inputs, options_));
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (!node.outputs[i].empty()) {
        made_.insert_or_assign(node.outputs[i], std::move(outputs[i]));
      }
    }
    return {};
  }

  const Graph& graph_;
  const Values& inputs_;
  const ReferenceOptions& options_;
  Values made_;
};

/// Runs the kernel of `node`; errors do not name the node yet.
Result<std::vector<Tensor>> Evaluate(const Node& node,
                                     const reference::Operands& op) {
  const reference::KernelEntry* entry =
      reference::FindKernel(node.op_type, node.domain);
  if (entry == nullptr) {
    return reference::Unhandled("the operator is not supported");
  }
  for (std::size_t i = 0; i < entry->required_inputs; ++i) {
    if (!op.Has(i)) {
      return reference::Misfit("input " + std::to_string(i) + " is missing");
    }
  }
  for (std::size_t i = 0; i < op.num_inputs(); ++i) {
    if (op.Has(i)) {
      MIEN_RETURN_IF_ERROR(op.CheckedSize(op[i].shape()));
    }
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Tensor> outputs, entry->kernel(op));
  for (std::size_t i = outputs.size(); i < node.outputs.size(); ++i) {
    if (!node.outputs[i].empty()) {
      return reference::Unhandled("output " + std::to_string(i));
    }
  }
  outputs.resize(std::max(outputs.size(), node.outputs.size()));
  return outputs;
}

}  // namespace

Result<std::map<std::string, Tensor>> RunReference(
    const Graph& graph,
    const std::map<std::string, Tensor>& inputs,
    std::span<const std::string> wanted,
    const ReferenceOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const Graph extended, WithOutputs(graph, wanted));
  MIEN_ASSIGN_OR_RETURN(const Graph canonical, Canonicalize(extended));
  MIEN_RETURN_IF_ERROR(CheckInputs(canonical, inputs));
  std::set<std::string> names(wanted.begin(), wanted.end());
  if (wanted.empty()) {
    for (const ValueInfo& output : canonical.outputs) {
      names.insert(output.name);
    }
  }
  return Run(canonical, inputs, options).Compute(names);
}

Result<std::vector<Tensor>> EvaluateNode(const Node& node,
                                         int opset,
                                         std::span<const Tensor* const> inputs,
                                         const ReferenceOptions& options) {
  auto outputs =
      Evaluate(node, reference::Operands(node, opset, inputs, options));
  if (outputs) {
    return outputs;
  }
  // Errors of what is shared with shape inference name the node already.
  const std::string where = DescribeNode(node, opset);
  return outputs.error().message.starts_with(where)
             ? outputs.error()
             : outputs.error().WithContext(where);
}

}  // namespace mien
