// SPDX-License-Identifier: Apache-2.0
//
// Operators over a set of axes: Reduce*, ArgMax, ArgMin, Squeeze, Unsqueeze.
#include <utility>

#include "graph/canonical/rewriter.h"

namespace mien {

namespace {

/// Whether the operator leaves a single element as it is, so that a reduction
/// over no axes is the identity.
bool KeepsSingleElements(std::string_view op_type) {
  return op_type != "ReduceL1" && op_type != "ReduceL2" &&
         op_type != "ReduceSumSquare";
}

}  // namespace

// Axes are an attribute up to opset 12 (ReduceSum) or 17 (the others), then an
// input.
Result<void> RewriteReduction(Rewriter& rewriter, Node node) {
  MIEN_RETURN_IF_ERROR(rewriter.InputToAttribute(node, 1, "axes"));
  const bool is_over_none =
      node.Int("noop_with_empty_axes", 0) != 0 && node.Ints("axes", {}).empty();
  if (is_over_none && !KeepsSingleElements(node.op_type)) {
    return rewriter.Unsupported(node, "a reduction over no axes");
  }
  if (is_over_none) {
    node.op_type = "Identity";
    node.attributes.clear();
    rewriter.Add(std::move(node));
    return {};
  }
  node.attributes.erase("noop_with_empty_axes");
  if (node.Ints("axes", {}).empty()) {
    node.attributes.erase("axes");
  }
  node.attributes["keepdims"] = node.Int("keepdims", 1);
  rewriter.Add(std::move(node));
  return {};
}

Result<void> RewriteArgReduction(Rewriter& rewriter, Node node) {
  node.attributes["axis"] = node.Int("axis", 0);
  node.attributes["keepdims"] = node.Int("keepdims", 1);
  rewriter.Add(std::move(node));
  return {};
}

Result<void> RewriteSqueeze(Rewriter& rewriter, Node node) {
  MIEN_RETURN_IF_ERROR(rewriter.InputToAttribute(node, 1, "axes"));
  if (node.op_type == "Unsqueeze" && !node.Has("axes")) {
    return rewriter.Corrupt(node, "has no axes");
  }
  rewriter.Add(std::move(node));
  return {};
}

}  // namespace mien
