// SPDX-License-Identifier: Apache-2.0
//
// Pad, Slice, Split and TopK: what old opsets hold in attributes moves to
// inputs where networks compute it, and the other way round where they do not.
#include <algorithm>
#include <array>
#include <utility>

#include "graph/canonical/rewriter.h"

namespace mien {

Result<void> RewritePad(Rewriter& rewriter, Node node) {
  constexpr std::size_t kNumInputs = 4;
  constexpr std::array<std::string_view, 3> kModes = {
      "constant", "reflect", "edge"};
  rewriter.AttributeToInput(node, 1, "pads");
  if (const auto value = node.attributes.find("value");
      value != node.attributes.end()) {
    const float fill = node.Float("value", 0.0F);
    node.attributes.erase(value);
    node.inputs.resize(std::max<std::size_t>(node.inputs.size(), 3));
    node.inputs[2] = rewriter.AddConstant(node.outputs[0] + ".value",
                                          Tensor::Float({}, {&fill, 1}));
  }
  if (node.Input(1).empty()) {
    return rewriter.Corrupt(node, "has no pads");
  }
  const std::string mode = node.String("mode", "constant");
  if (std::ranges::find(kModes, mode) == kModes.end()) {
    return rewriter.Unsupported(node, "mode '" + mode + "' is not supported");
  }
  node.attributes["mode"] = mode;
  node.inputs.resize(kNumInputs);
  rewriter.AddAsIs(std::move(node));
  return {};
}

Result<void> RewriteSlice(Rewriter& rewriter, Node node) {
  constexpr std::size_t kNumInputs = 5;
  rewriter.AttributeToInput(node, 1, "starts");
  rewriter.AttributeToInput(node, 2, "ends");
  rewriter.AttributeToInput(node, 3, "axes");
  if (node.Input(1).empty() || node.Input(2).empty()) {
    return rewriter.Corrupt(node, "lacks starts or ends");
  }
  node.inputs.resize(kNumInputs);
  rewriter.AddAsIs(std::move(node));
  return {};
}

Result<void> RewriteSplit(Rewriter& rewriter, Node node) {
  MIEN_RETURN_IF_ERROR(rewriter.InputToAttribute(node, 1, "split"));
  const auto num_outputs = static_cast<std::int64_t>(node.outputs.size());
  if (node.Int("num_outputs", num_outputs) != num_outputs) {
    return rewriter.Corrupt(node, "num_outputs is not the number of outputs");
  }
  node.attributes.erase("num_outputs");
  if (node.Has("split") &&
      node.Ints("split", {}).size() != node.outputs.size()) {
    return rewriter.Corrupt(node, "split must list one extent per output");
  }
  node.attributes["axis"] = node.Int("axis", 0);
  rewriter.Add(std::move(node));
  return {};
}

Result<void> RewriteTopK(Rewriter& rewriter, Node node) {
  if (node.Has("k")) {
    const std::int64_t k = node.Int("k", 0);
    node.attributes.erase("k");
    node.inputs.resize(1);
    node.inputs.push_back(rewriter.AddConstant(node.outputs[0] + ".k",
                                               Tensor::Int64({1}, {&k, 1})));
  }
  if (node.Input(1).empty()) {
    return rewriter.Corrupt(node, "has no k");
  }
  node.attributes["axis"] = node.Int("axis", -1);
  node.attributes["largest"] = node.Int("largest", 1);
  node.attributes["sorted"] = node.Int("sorted", 1);
  rewriter.Add(std::move(node));
  return {};
}

}  // namespace mien
