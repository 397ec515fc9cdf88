// SPDX-License-Identifier: Apache-2.0
//
// Upsample (opsets 7 and 9) and Resize (10, 11, 13, 18, 19) in one form.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "graph/canonical/rewriter.h"

namespace mien {
namespace {

constexpr std::array<std::string_view, 3> kModes = {
    "nearest", "linear", "cubic"};
constexpr std::array<std::string_view, 4> kCoordinates = {
    "half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners"};
constexpr std::array<std::string_view, 4> kRoundings = {
    "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};

/// Sets attribute `key` to its value or `fallback` and checks that it is one of
/// `known`.
Result<void> SetChoice(const Rewriter& rewriter,
                       Node& node,
                       const std::string& key,
                       std::string_view fallback,
                       std::span<const std::string_view> known) {
  const std::string value = node.String(key, fallback);
  if (std::ranges::find(known, value) == known.end()) {
    return rewriter.Unsupported(node,
                                key + " '" + value + "' is not supported");
  }
  node.attributes[key] = value;
  return {};
}

Result<void> CheckExtras(const Rewriter& rewriter, Node& node) {
  const bool is_plain =
      node.Int("antialias", 0) == 0 && node.Int("exclude_outside", 0) == 0 &&
      node.String("keep_aspect_ratio_policy", "stretch") == "stretch" &&
      node.Ints("axes", {}).empty();
  if (!is_plain) {
    return rewriter.Unsupported(
        node,
        "antialias, exclude_outside, keep_aspect_ratio_policy and axes are "
        "not supported");
  }
  for (const char* key : {"antialias",
                          "keep_aspect_ratio_policy",
                          "axes",
                          "extrapolation_value"}) {
    node.attributes.erase(key);
  }
  node.attributes["exclude_outside"] = std::int64_t{0};
  return {};
}

/// Exporters write a constant without elements for an input left out.
void DropEmptyInputs(const Rewriter& rewriter, Node& node) {
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    const Tensor* constant = rewriter.Constant(node, i);
    if (constant != nullptr && constant->bytes().empty()) {
      node.inputs[i].clear();
    }
  }
}

Result<void> AddResize(Rewriter& rewriter, Node node) {
  constexpr float kDefaultCubic = -0.75F;
  if (node.Input(2).empty() == node.Input(3).empty()) {
    return rewriter.Corrupt(node, "must have either scales or sizes");
  }
  node.inputs[1].clear();  // the region is only for tf_crop_and_resize
  if (node.String("mode", "") == "bilinear") {
    node.attributes["mode"] = std::string("linear");
  }
  MIEN_RETURN_IF_ERROR(SetChoice(rewriter, node, "mode", "nearest", kModes));
  MIEN_RETURN_IF_ERROR(SetChoice(rewriter,
                                 node,
                                 "coordinate_transformation_mode",
                                 "half_pixel",
                                 kCoordinates));
  MIEN_RETURN_IF_ERROR(SetChoice(
      rewriter, node, "nearest_mode", "round_prefer_floor", kRoundings));
  MIEN_RETURN_IF_ERROR(CheckExtras(rewriter, node));
  node.attributes["cubic_coeff_a"] = node.Float("cubic_coeff_a", kDefaultCubic);
  rewriter.AddAsIs(std::move(node));
  return {};
}

/// (x, scales) of the opsets before 11, which know one way to place pixels.
Result<void> AddOldResize(Rewriter& rewriter,
                          Node node,
                          const std::string& scales) {
  node.op_type = "Resize";
  node.inputs = {node.inputs[0], "", scales, ""};
  node.attributes["coordinate_transformation_mode"] = std::string("asymmetric");
  node.attributes["nearest_mode"] = std::string("floor");
  return AddResize(rewriter, std::move(node));
}

}  // namespace

Result<void> RewriteResize(Rewriter& rewriter, Node node) {
  constexpr int kOldForm = 10;
  if (rewriter.opset() == kOldForm) {
    const std::string scales = node.Input(1);
    return AddOldResize(rewriter, std::move(node), scales);
  }
  DropEmptyInputs(rewriter, node);
  node.inputs.resize(4);
  return AddResize(rewriter, std::move(node));
}

Result<void> RewriteUpsample(Rewriter& rewriter, Node node) {
  std::string scales = node.Input(1);
  if (node.Has("scales")) {
    const std::vector<float> values = node.Floats("scales", {});
    node.attributes.erase("scales");
    scales = rewriter.AddConstant(
        node.outputs[0] + ".scales",
        Tensor::Float({static_cast<std::int64_t>(values.size())}, values));
  }
  return AddOldResize(rewriter, std::move(node), scales);
}

}  // namespace mien
