// SPDX-License-Identifier: Apache-2.0
#include "graph/canonical/rewriter.h"

#include <algorithm>
#include <utility>

namespace mien {
namespace {

bool IsInteger(DataType type) {
  return type == DataType::kInt64 || type == DataType::kInt32;
}

}  // namespace

Rewriter::Rewriter(const Graph& source) : source_(source) {
  result_.name = source.name;
  result_.inputs = source.inputs;
  result_.outputs = source.outputs;
  result_.metadata = source.metadata;
  for (const auto& [value, tensor] : source.initializers) {
    names_.insert(value);
  }
  for (const ValueInfo& input : source.inputs) {
    names_.insert(input.name);
  }
  for (const Node& node : source.nodes) {
    names_.insert(node.outputs.begin(), node.outputs.end());
  }
}

void Rewriter::Add(Node node) {
  while (!node.inputs.empty() && node.inputs.back().empty()) {
    node.inputs.pop_back();
  }
  AddAsIs(std::move(node));
}

void Rewriter::AddAsIs(Node node) { result_.nodes.push_back(std::move(node)); }

std::string Rewriter::AddConstant(const std::string& stem, Tensor tensor) {
  std::string name = FreshName(stem);
  result_.initializers.emplace(name, std::move(tensor));
  return name;
}

void Rewriter::AddNamedConstant(const std::string& name, Tensor tensor) {
  result_.initializers.emplace(name, std::move(tensor));
}

std::string Rewriter::FreshName(const std::string& stem) {
  std::string name = stem;
  for (int i = 1; !names_.insert(name).second; ++i) {
    name = stem + "_" + std::to_string(i);
  }
  return name;
}

const Tensor* Rewriter::Constant(const Node& node, std::size_t i) const {
  const std::string& value = node.Input(i);
  const Tensor* tensor = source_.FindInitializer(value);
  return tensor != nullptr ? tensor : result_.FindInitializer(value);
}

Result<void> Rewriter::InputToAttribute(Node& node,
                                        std::size_t i,
                                        const std::string& key) {
  if (node.Input(i).empty()) {
    node.inputs.resize(std::min(node.inputs.size(), i));
    return {};
  }
  const Tensor* tensor = Constant(node, i);
  if (tensor == nullptr) {
    return Unsupported(
        node, "input '" + node.Input(i) + "' (" + key + ") must be a constant");
  }
  if (!IsInteger(tensor->type()) || tensor->shape().size() > 1) {
    return Corrupt(node,
                   "input '" + node.Input(i) + "' (" + key + ") is " +
                       std::string(DataTypeName(tensor->type())) + " " +
                       ShapeText(tensor->shape()) +
                       "; must be a list of integers");
  }
  node.attributes[key] = tensor->ToInts();
  node.inputs.resize(i);
  return {};
}

void Rewriter::AttributeToInput(Node& node,
                                std::size_t i,
                                const std::string& key) {
  const auto found = node.attributes.find(key);
  if (found == node.attributes.end()) {
    return;
  }
  const std::string stem = node.outputs[0] + "." + key;
  const auto* values = std::get_if<std::vector<std::int64_t>>(&found->second);
  if (values != nullptr) {
    node.inputs.resize(std::max(node.inputs.size(), i + 1));
    node.inputs[i] = AddConstant(
        stem,
        Tensor::Int64({static_cast<std::int64_t>(values->size())}, *values));
  }
  node.attributes.erase(found);
}

Error Rewriter::Corrupt(const Node& node, const std::string& what) const {
  return {ErrorCode::kCorruptModel, DescribeNode(node, opset()) + ": " + what};
}

Error Rewriter::Unsupported(const Node& node, const std::string& what) const {
  return {ErrorCode::kUnsupported, DescribeNode(node, opset()) + ": " + what};
}

Result<void> KeepNode(Rewriter& rewriter, Node node) {
  rewriter.Add(std::move(node));
  return {};
}

Graph Rewriter::Finish() && { return std::move(result_); }

}  // namespace mien
