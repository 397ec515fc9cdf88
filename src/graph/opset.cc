// SPDX-License-Identifier: Apache-2.0
#include "graph/opset.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "graph/canonical/rewriter.h"
#include "graph/onnx_types.h"

namespace mien {
namespace {

using NameSet = std::unordered_set<std::string>;

bool IsWideFloat(DataType type) {
  return type == DataType::kFloat16 || type == DataType::kBfloat16 ||
         type == DataType::kFloat64;
}

Tensor AsFloat32(const Tensor& tensor) {
  return IsWideFloat(tensor.type()) ? tensor.AsFloat32() : tensor;
}

/// Values that reach an output, and which nodes make them.
std::vector<bool> LiveNodes(const Graph& graph, NameSet& live_values) {
  for (const ValueInfo& output : graph.outputs) {
    live_values.insert(output.name);
  }
  std::vector<bool> is_live(graph.nodes.size());
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    is_live[i] =
        std::ranges::any_of(node.outputs, [&](const std::string& output) {
          return live_values.contains(output);
        });
    if (is_live[i]) {
      live_values.insert(node.inputs.begin(), node.inputs.end());
    }
  }
  return is_live;
}

Result<void> CheckInputs(const Rewriter& rewriter,
                         const OperatorRule& rule,
                         const Node& node) {
  const auto count = static_cast<int>(node.inputs.size());
  const bool is_too_many =
      rule.max_inputs != kAnyNumber && count > rule.max_inputs;
  if (count < rule.min_inputs || is_too_many) {
    const std::string most = rule.max_inputs == kAnyNumber
                                 ? "more"
                                 : std::to_string(rule.max_inputs);
    return rewriter.Corrupt(
        node,
        "has " + std::to_string(count) + " inputs; must be " +
            std::to_string(rule.min_inputs) + " to " + most);
  }
  const int num_required =
      rule.max_inputs == kAnyNumber ? count : rule.min_inputs;
  for (int i = 0; i < num_required; ++i) {
    if (node.inputs[static_cast<std::size_t>(i)].empty()) {
      return rewriter.Corrupt(node,
                              "input " + std::to_string(i) + " is left out");
    }
  }
  return {};
}

/// Drops outputs after the first, which must not be used.
Result<void> KeepFirstOutput(const Rewriter& rewriter,
                             const NameSet& live_values,
                             Node& node) {
  for (std::size_t i = 1; i < node.outputs.size(); ++i) {
    if (!node.outputs[i].empty() && live_values.contains(node.outputs[i])) {
      return rewriter.Unsupported(
          node,
          "output '" + node.outputs[i] + "' is used; only the first may be");
    }
  }
  node.outputs.resize(1);
  return {};
}

Result<void> RewriteNode(Rewriter& rewriter,
                         const NameSet& live_values,
                         Node node) {
  if (node.domain == kMienDomain) {
    rewriter.AddAsIs(std::move(node));
    return {};
  }
  const OperatorRule* rule = FindOperatorRule(node.op_type);
  if (rule == nullptr || !node.domain.empty()) {
    return rewriter.Unsupported(node, "operator is not supported");
  }
  MIEN_RETURN_IF_ERROR(CheckInputs(rewriter, *rule, node));
  if (!rule->has_many_outputs) {
    MIEN_RETURN_IF_ERROR(KeepFirstOutput(rewriter, live_values, node));
  }
  for (auto& [key, value] : node.attributes) {
    if (const auto* tensor = std::get_if<Tensor>(&value)) {
      value = AsFloat32(*tensor);
    }
  }
  return rule->rewrite(rewriter, std::move(node));
}

/// Brings over the constants that the rewritten nodes still use.
void CopyUsedConstants(const Graph& source, Graph& result) {
  NameSet used;
  for (const Node& node : result.nodes) {
    used.insert(node.inputs.begin(), node.inputs.end());
  }
  for (const ValueInfo& output : result.outputs) {
    used.insert(output.name);
  }
  std::erase_if(result.initializers,
                [&](const auto& entry) { return !used.contains(entry.first); });
  for (const auto& [value, tensor] : source.initializers) {
    if (used.contains(value)) {
      result.initializers.emplace(value, tensor);
    }
  }
  for (auto& [value, tensor] : result.initializers) {
    tensor = AsFloat32(tensor);
  }
}

void UseFloat32(std::vector<ValueInfo>& values) {
  for (ValueInfo& value : values) {
    value.type = IsWideFloat(value.type) ? DataType::kFloat32 : value.type;
  }
}

}  // namespace

Result<Graph> Canonicalize(const Graph& graph) {
  if (graph.opset < kOldestOpset || graph.opset > kNewestOpset) {
    return Error{ErrorCode::kUnsupported,
                 "opset " + std::to_string(graph.opset) + "; must be " +
                     std::to_string(kOldestOpset) + " to " +
                     std::to_string(kNewestOpset)};
  }
  MIEN_RETURN_IF_ERROR(graph.Validate());
  NameSet live_values;
  const std::vector<bool> is_live = LiveNodes(graph, live_values);
  Rewriter rewriter(graph);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (is_live[i]) {
      MIEN_RETURN_IF_ERROR(RewriteNode(rewriter, live_values, graph.nodes[i]));
    }
  }
  Graph result = std::move(rewriter).Finish();
  result.opset = kCanonicalOpset;
  CopyUsedConstants(graph, result);
  UseFloat32(result.inputs);
  UseFloat32(result.outputs);
  return result;
}

bool IsSupportedOperator(std::string_view op_type) {
  return FindOperatorRule(op_type) != nullptr;
}

}  // namespace mien
