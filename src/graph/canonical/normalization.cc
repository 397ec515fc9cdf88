// SPDX-License-Identifier: Apache-2.0
//
// BatchNormalization, Dropout and Softmax: what training or old opsets add is
// taken off.
#include <utility>

#include "graph/canonical/rewriter.h"

namespace mien {

Result<void> RewriteBatchNormalization(Rewriter& rewriter, Node node) {
  if (node.Int("training_mode", 0) != 0) {
    return rewriter.Unsupported(node, "training_mode is 1; must be 0");
  }
  // Attribute `spatial` of opset 7 and 8 is dropped: mxnet writes 0, meaning
  // statistics per element, beside statistics per channel. Real ones per
  // element fail in shape inference.
  const float epsilon = node.Float("epsilon", 1e-5F);
  node.attributes.clear();
  node.attributes["epsilon"] = epsilon;
  rewriter.Add(std::move(node));
  return {};
}

Result<void> RewriteDropout(Rewriter& rewriter, Node node) {
  constexpr float kDefaultRatio = 0.5F;
  if (!node.Input(2).empty()) {
    const Tensor* training = rewriter.Constant(node, 2);
    if (training == nullptr || training->type() != DataType::kBool ||
        training->bytes().empty() || training->ToInts()[0] != 0) {
      return rewriter.Unsupported(node, "training_mode must be false");
    }
  }
  float ratio = node.Float("ratio", kDefaultRatio);
  const Tensor* given = rewriter.Constant(node, 1);
  if (given != nullptr && !given->bytes().empty()) {
    ratio = given->ToFloats()[0];
  }
  node.inputs.resize(1);
  node.attributes.clear();
  node.attributes["ratio"] = ratio;
  rewriter.Add(std::move(node));
  return {};
}

// Below opset 13 the input counts as a matrix, rows being the axes before
// `axis`, and each row is normalised as a whole (ONNX, Softmax-11).
Result<void> RewriteSoftmax(Rewriter& rewriter, Node node) {
  constexpr int kFirstOpsetOfOneAxis = 13;
  const bool is_over_one_axis = rewriter.opset() >= kFirstOpsetOfOneAxis;
  const std::int64_t axis = node.Int("axis", is_over_one_axis ? -1 : 1);
  node.attributes["axis"] = axis;
  if (is_over_one_axis || axis == -1) {
    rewriter.Add(std::move(node));
    return {};
  }
  const std::string x = node.inputs[0];
  const std::string y = node.outputs[0];
  const std::string shape = rewriter.FreshName(y + ".shape");
  const std::string rows = rewriter.FreshName(y + ".rows");
  const std::string normalised = rewriter.FreshName(y + ".normalised");
  rewriter.Add(
      {.name = shape, .op_type = "Shape", .inputs = {x}, .outputs = {shape}});
  rewriter.Add({.name = rows,
                .op_type = "Flatten",
                .inputs = {x},
                .outputs = {rows},
                .attributes = {{"axis", axis}}});
  node.inputs = {rows};
  node.outputs = {normalised};
  node.attributes["axis"] = std::int64_t{-1};
  const std::string name = node.name;
  rewriter.Add(std::move(node));
  rewriter.Add({.name = name + ".reshape",
                .op_type = "Reshape",
                .inputs = {normalised, shape},
                .outputs = {y}});
  return {};
}

}  // namespace mien
