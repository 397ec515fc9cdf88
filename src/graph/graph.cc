// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.h"

#include <algorithm>
#include <set>

namespace mien {
namespace {

template <typename T>
T AttributeOr(const Node& node, std::string_view key, T fallback) {
  const auto found = node.attributes.find(std::string(key));
  if (found == node.attributes.end()) {
    return fallback;
  }
  const T* value = std::get_if<T>(&found->second);
  return value != nullptr ? *value : fallback;
}

Error Corrupt(const Node& node, int opset, const std::string& what) {
  return {ErrorCode::kCorruptModel, DescribeNode(node, opset) + ": " + what};
}

/// Checks one node and adds the values it makes to `known`.
Result<void> ValidateNode(const Node& node,
                          int opset,
                          std::set<std::string, std::less<>>& known) {
  for (const std::string& input : node.inputs) {
    if (!input.empty() && !known.contains(input)) {
      return Corrupt(
          node,
          opset,
          "input '" + input +
              "' is no input, constant or result of an earlier node");
    }
  }
  if (std::ranges::all_of(node.outputs, &std::string::empty)) {
    return Corrupt(node, opset, "has no output");
  }
  for (const std::string& output : node.outputs) {
    if (!output.empty() && !known.insert(output).second) {
      return Corrupt(node, opset, "output '" + output + "' is made twice");
    }
  }
  return {};
}

}  // namespace

std::int64_t Node::Int(std::string_view key, std::int64_t fallback) const {
  return AttributeOr(*this, key, fallback);
}

float Node::Float(std::string_view key, float fallback) const {
  return AttributeOr(*this, key, fallback);
}

std::string Node::String(std::string_view key,
                         std::string_view fallback) const {
  return AttributeOr(*this, key, std::string(fallback));
}

std::vector<std::int64_t> Node::Ints(std::string_view key,
                                     std::vector<std::int64_t> fallback) const {
  return AttributeOr(*this, key, std::move(fallback));
}

std::vector<float> Node::Floats(std::string_view key,
                                std::vector<float> fallback) const {
  return AttributeOr(*this, key, std::move(fallback));
}

bool Node::Has(std::string_view key) const {
  return attributes.contains(std::string(key));
}

const std::string& Node::Input(std::size_t i) const {
  static const std::string kNone;
  return i < inputs.size() ? inputs[i] : kNone;
}

const Tensor* Graph::FindInitializer(std::string_view value) const {
  const auto found = initializers.find(std::string(value));
  return found == initializers.end() ? nullptr : &found->second;
}

std::optional<std::size_t> Graph::Producer(std::string_view value) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (std::ranges::find(nodes[i].outputs, value) != nodes[i].outputs.end()) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> Graph::Consumers(std::string_view value) const {
  std::vector<std::size_t> consumers;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (std::ranges::find(nodes[i].inputs, value) != nodes[i].inputs.end()) {
      consumers.push_back(i);
    }
  }
  return consumers;
}

bool Graph::IsOutput(std::string_view value) const {
  return std::ranges::find(outputs, value, &ValueInfo::name) != outputs.end();
}

Result<void> Graph::Validate() const {
  std::set<std::string, std::less<>> known;
  for (const auto& [value, tensor] : initializers) {
    known.insert(value);
  }
  for (const ValueInfo& input : inputs) {
    if (input.name.empty() || !known.insert(input.name).second) {
      return Error{ErrorCode::kCorruptModel,
                   "graph input '" + input.name +
                       "' has no name, or that of another value"};
    }
  }
  for (const Node& node : nodes) {
    MIEN_RETURN_IF_ERROR(ValidateNode(node, opset, known));
  }
  std::set<std::string, std::less<>> seen;
  for (const ValueInfo& output : outputs) {
    if (!known.contains(output.name)) {
      return Error{ErrorCode::kCorruptModel,
                   "graph output '" + output.name + "' is made by no node"};
    }
    if (!seen.insert(output.name).second) {
      return Error{ErrorCode::kCorruptModel,
                   "graph output '" + output.name + "' is listed twice"};
    }
  }
  return {};
}

std::string DescribeNode(const Node& node, int opset) {
  const std::string op =
      node.domain.empty() ? node.op_type : node.domain + "." + node.op_type;
  const auto named = std::ranges::find_if(
      node.outputs, [](const std::string& output) { return !output.empty(); });
  std::string name = node.name;
  if (name.empty() && named != node.outputs.end()) {
    name = *named;
  }
  return name + " (" + op + ", opset " + std::to_string(opset) + ")";
}

}  // namespace mien
