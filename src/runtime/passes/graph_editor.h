// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/tensor.h"

namespace mien {

/// A graph that a pass rewrites, with makers and readers of every value at
/// hand. Nodes keep their indices until Finish(); inserted ones come last.
class GraphEditor {
 public:
  explicit GraphEditor(Graph graph);

  [[nodiscard]] const Graph& graph() const { return graph_; }

  [[nodiscard]] std::size_t size() const { return graph_.nodes.size(); }

  [[nodiscard]] const Node& node(std::size_t i) const {
    return graph_.nodes[i];
  }

  [[nodiscard]] bool IsRemoved(std::size_t i) const { return removed_[i]; }

  [[nodiscard]] bool IsOutput(std::string_view value) const {
    return outputs_.contains(value);
  }

  /// The node that makes `value`.
  [[nodiscard]] std::optional<std::size_t> Maker(std::string_view value) const;

  /// The nodes that read `value`, one entry per read.
  [[nodiscard]] const std::vector<std::size_t>& Readers(
      std::string_view value) const;

  /// The one node that reads `value`, when nothing else does and it is no
  /// output of the graph.
  [[nodiscard]] std::optional<std::size_t> OnlyReader(
      std::string_view value) const;

  /// The constant called `value`, or null.
  [[nodiscard]] const Tensor* Constant(std::string_view value) const;

  /// The elements of the constant called `value`, if it holds integers.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> ConstantInts(
      std::string_view value) const;

  /// Gives the graph a constant under a new name that begins with `stem`.
  std::string AddConstant(std::string_view stem, Tensor tensor);

  /// Makes `value` a constant. No node may make it any more.
  void SetConstant(const std::string& value, Tensor tensor);

  /// A name that begins with `stem` and no value has yet.
  std::string NewValue(std::string_view stem);

  /// Puts `node` in the place of node `i`.
  void Replace(std::size_t i, Node node);

  /// Puts `node` directly before node `i`; its own index is the new size() - 1.
  void InsertBefore(std::size_t i, Node node);

  /// Drops node `i`; nothing may read its outputs.
  void Remove(std::size_t i);

  /// Lets everything that reads `value` read `replacement`. `value` must not be
  /// an output of the graph.
  void ReplaceReads(std::string_view value, std::string_view replacement);

  /// Takes node `i`, whose first output equals its input `value`, out of the
  /// graph. Not possible, and false, where an output of the graph would be a
  /// second name of a value that has to keep its own.
  bool Bypass(std::size_t i, const std::string& value);

  /// The graph without removed nodes, nodes whose results nobody reads, and
  /// constants that nobody reads.
  [[nodiscard]] Graph Finish() &&;

 private:
  void Register(std::size_t i);
  void Unregister(std::size_t i);
  void RenameValue(const std::string& value, const std::string& name);

  Graph graph_;
  std::vector<bool> removed_;
  std::vector<std::size_t> order_;  ///< indices as they stand in the graph
  std::map<std::string, std::size_t, std::less<>> makers_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> readers_;
  std::map<std::string, int, std::less<>> name_uses_;
  std::set<std::string, std::less<>> outputs_;
};

}  // namespace mien
