// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// What Canonicalize() works with: the graph it reads and the one it writes.
class Rewriter {
 public:
  explicit Rewriter(const Graph& source);

  /// Opset of the graph that is read.
  [[nodiscard]] int opset() const { return source_.opset; }

  /// Appends `node` to the graph that is written, less trailing inputs that
  /// are left out.
  void Add(Node node);

  /// Add() for operators that always list all inputs.
  void AddAsIs(Node node);

  /// A new constant; returns its name, which begins with `stem`.
  std::string AddConstant(const std::string& stem, Tensor tensor);

  /// Makes the existing value `name` a constant.
  void AddNamedConstant(const std::string& name, Tensor tensor);

  /// A name that no value has, beginning with `stem`.
  std::string FreshName(const std::string& stem);

  /// The constant that input `i` of `node` is, or nothing.
  [[nodiscard]] const Tensor* Constant(const Node& node, std::size_t i) const;

  /// Moves integer input `i` of `node`, which must be a constant, to attribute
  /// `key`; does nothing when the input is absent.
  ///
  /// Errors:
  /// - kUnsupported: the input is computed.
  /// - kCorruptModel: the input is no list of integers.
  Result<void> InputToAttribute(Node& node,
                                std::size_t i,
                                const std::string& key);

  /// The reverse: attribute `key` becomes constant input `i`.
  void AttributeToInput(Node& node, std::size_t i, const std::string& key);

  /// "node (Op, opset 11): " and `what`.
  [[nodiscard]] Error Corrupt(const Node& node, const std::string& what) const;
  [[nodiscard]] Error Unsupported(const Node& node,
                                  const std::string& what) const;

  /// The graph written so far; the rewriter is spent afterwards.
  Graph Finish() &&;

 private:
  const Graph& source_;
  Graph result_;
  std::unordered_set<std::string> names_;
};

/// Rewrites one node into canonical form and adds it.
using RewriteRule = Result<void> (*)(Rewriter& rewriter, Node node);

// One rule or several per file beside this one; rules.cc says which operator
// takes which.
Result<void> KeepNode(Rewriter& rewriter, Node node);
Result<void> RewriteArgReduction(Rewriter& rewriter, Node node);
Result<void> RewriteBatchNormalization(Rewriter& rewriter, Node node);
Result<void> RewriteCast(Rewriter& rewriter, Node node);
Result<void> RewriteClip(Rewriter& rewriter, Node node);
Result<void> RewriteConstant(Rewriter& rewriter, Node node);
Result<void> RewriteConstantOfShape(Rewriter& rewriter, Node node);
Result<void> RewriteDropout(Rewriter& rewriter, Node node);
Result<void> RewritePad(Rewriter& rewriter, Node node);
Result<void> RewritePow(Rewriter& rewriter, Node node);
Result<void> RewriteReduction(Rewriter& rewriter, Node node);
Result<void> RewriteResize(Rewriter& rewriter, Node node);
Result<void> RewriteSlice(Rewriter& rewriter, Node node);
Result<void> RewriteSoftmax(Rewriter& rewriter, Node node);
Result<void> RewriteSplit(Rewriter& rewriter, Node node);
Result<void> RewriteSqueeze(Rewriter& rewriter, Node node);
Result<void> RewriteTopK(Rewriter& rewriter, Node node);
Result<void> RewriteUpsample(Rewriter& rewriter, Node node);

/// What Canonicalize() knows about an operator.
struct OperatorRule {
  std::string_view op_type;
  int min_inputs = 1;
  int max_inputs = 1;  ///< over all opsets; kAnyNumber for a list
  RewriteRule rewrite = KeepNode;
  bool has_many_outputs = false;
};

inline constexpr int kAnyNumber = -1;

/// The rule for an operator of ONNX's own domain, if it is supported.
const OperatorRule* FindOperatorRule(std::string_view op_type);

/// How many operators are supported.
std::size_t NumOperatorRules();

/// The value of a Constant node, whichever of its attributes holds it.
///
/// Errors:
/// - kCorruptModel, kUnsupported: what is wrong with the attributes.
Result<Tensor> ConstantTensor(const Node& node);

}  // namespace mien
