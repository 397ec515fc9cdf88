// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/graph_editor.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace mien {
namespace {

bool IsInteger(DataType type) {
  return type == DataType::kInt8 || type == DataType::kUint8 ||
         type == DataType::kInt32 || type == DataType::kInt64 ||
         type == DataType::kBool;
}

}  // namespace

GraphEditor::GraphEditor(Graph graph)
    : graph_(std::move(graph)),
      removed_(graph_.nodes.size()),
      order_(graph_.nodes.size()) {
  std::iota(order_.begin(), order_.end(), 0);
  for (std::size_t i = 0; i < size(); ++i) {
    Register(i);
  }
  for (const ValueInfo& output : graph_.outputs) {
    outputs_.insert(output.name);
  }
}

std::optional<std::size_t> GraphEditor::Maker(std::string_view value) const {
  const auto found = makers_.find(value);
  return found == makers_.end() ? std::nullopt
                                : std::optional<std::size_t>(found->second);
}

const std::vector<std::size_t>& GraphEditor::Readers(
    std::string_view value) const {
  static const std::vector<std::size_t> none;
  const auto found = readers_.find(value);
  return found == readers_.end() ? none : found->second;
}

std::optional<std::size_t> GraphEditor::OnlyReader(
    std::string_view value) const {
  const std::vector<std::size_t>& readers = Readers(value);
  if (readers.size() != 1 || IsOutput(value)) {
    return std::nullopt;
  }
  return readers.front();
}

const Tensor* GraphEditor::Constant(std::string_view value) const {
  return graph_.FindInitializer(value);
}

std::optional<std::vector<std::int64_t>> GraphEditor::ConstantInts(
    std::string_view value) const {
  const Tensor* constant = Constant(value);
  if (constant == nullptr || !IsInteger(constant->type())) {
    return std::nullopt;
  }
  return constant->ToInts();
}

std::string GraphEditor::AddConstant(std::string_view stem, Tensor tensor) {
  std::string name = NewValue(stem);
  graph_.initializers.emplace(name, std::move(tensor));
  return name;
}

void GraphEditor::SetConstant(const std::string& value, Tensor tensor) {
  graph_.initializers.insert_or_assign(value, std::move(tensor));
}

std::string GraphEditor::NewValue(std::string_view stem) {
  const auto is_taken = [this](const std::string& name) {
    return makers_.contains(name) || graph_.initializers.contains(name) ||
           std::ranges::find(graph_.inputs, name, &ValueInfo::name) !=
               graph_.inputs.end();
  };
  int& uses = name_uses_[std::string(stem)];
  std::string name;
  do {
    name = std::string(stem) + "." + std::to_string(uses++);
  } while (is_taken(name));
  return name;
}

void GraphEditor::Replace(std::size_t i, Node node) {
  Unregister(i);
  graph_.nodes[i] = std::move(node);
  Register(i);
}

void GraphEditor::InsertBefore(std::size_t i, Node node) {
  const std::size_t index = size();
  graph_.nodes.push_back(std::move(node));
  removed_.push_back(false);
  order_.insert(std::ranges::find(order_, i), index);
  Register(index);
}

void GraphEditor::Remove(std::size_t i) {
  Unregister(i);
  removed_[i] = true;
}

void GraphEditor::ReplaceReads(std::string_view value,
                               std::string_view replacement) {
  const std::vector<std::size_t> readers = Readers(value);
  for (const std::size_t reader : readers) {
    Node node = graph_.nodes[reader];
    std::ranges::replace(node.inputs, value, std::string(replacement));
    Replace(reader, std::move(node));
  }
}

bool GraphEditor::Bypass(std::size_t i, const std::string& value) {
  const std::string result = node(i).outputs.front();
  if (!IsOutput(result)) {
    ReplaceReads(result, value);
    Remove(i);
    return true;
  }
  // The result keeps its name, so the value has to take it.
  if (!Maker(value) || IsOutput(value)) {
    return false;
  }
  Remove(i);
  RenameValue(value, result);
  return true;
}

Graph GraphEditor::Finish() && {
  std::set<std::string, std::less<>> used = outputs_;
  std::vector<Node> kept;
  std::ranges::reverse(order_);
  for (const std::size_t i : order_) {
    Node& node = graph_.nodes[i];
    const bool is_read = std::ranges::any_of(
        node.outputs,
        [&](const std::string& output) { return used.contains(output); });
    if (removed_[i] || !is_read) {
      continue;
    }
    used.insert(node.inputs.begin(), node.inputs.end());
    kept.push_back(std::move(node));
  }
  std::ranges::reverse(kept);
  graph_.nodes = std::move(kept);
  std::erase_if(graph_.initializers, [&](const auto& initializer) {
    return !used.contains(initializer.first);
  });
  return std::move(graph_);
}

void GraphEditor::Register(std::size_t i) {
  for (const std::string& output : node(i).outputs) {
    if (!output.empty()) {
      makers_[output] = i;
    }
  }
  for (const std::string& input : node(i).inputs) {
    if (!input.empty()) {
      readers_[input].push_back(i);
    }
  }
}

void GraphEditor::Unregister(std::size_t i) {
  for (const std::string& output : node(i).outputs) {
    const auto found = makers_.find(output);
    if (found != makers_.end() && found->second == i) {
      makers_.erase(found);
    }
  }
  for (const std::string& input : node(i).inputs) {
    const auto found = readers_.find(input);
    if (found != readers_.end()) {
      std::erase(found->second, i);
    }
  }
}

void GraphEditor::RenameValue(const std::string& value,
                              const std::string& name) {
  const std::size_t maker = *Maker(value);
  ReplaceReads(value, name);
  Node node = graph_.nodes[maker];
  std::ranges::replace(node.outputs, value, name);
  Replace(maker, std::move(node));
}

}  // namespace mien
