// SPDX-License-Identifier: Apache-2.0
//
// FoldBatchNorm and FoldScale.
#include "runtime/fused_ops.h"
#include "runtime/passes/fold_batch_norm.h"
#include "runtime/passes/fold_scale.h"
#include "runtime/passes/graph_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

/// Parameters gamma, beta, mean, variance of a batch normalisation of
/// `channels`.
std::map<std::string, Tensor> WithStatistics(
    std::int64_t channels, std::map<std::string, Tensor> constants) {
  std::vector<float> variance(static_cast<std::size_t>(channels), 0.25F);
  variance.back() = 4.0F;
  constants.insert({{"gamma", Wavy({channels}, 1)},
                    {"beta", Wavy({channels}, 2)},
                    {"mean", Wavy({channels}, 3)},
                    {"variance", Tensor::Float({channels}, variance)}});
  return constants;
}

Node BatchNorm(const std::string& x, const std::string& y) {
  return Op("BatchNormalization",
            {x, "gamma", "beta", "mean", "variance"},
            y,
            {{"epsilon", 1e-3F}});
}

TEST(FoldBatchNorm, GoesIntoTheConvolutionBefore) {
  const Graph after = Rewritten(
      FoldBatchNorm,
      MakeGraph({1, 2, 4, 4},
                {1, 3, 4, 4},
                {Op("Conv", {"x", "w"}, "a", {{"pads", Ints64{1, 1, 1, 1}}}),
                 BatchNorm("a", "y")},
                WithStatistics(3, {{"w", Wavy({3, 2, 3, 3})}})));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv"}));
  EXPECT_EQ(after.nodes[0].inputs.size(), 3U);
}

TEST(FoldBatchNorm, KeepsGroupsAndBias) {
  const Graph after = Rewritten(
      FoldBatchNorm,
      MakeGraph(
          {1, 4, 3, 3},
          {1, 4, 2, 2},
          {Op("Conv", {"x", "w", "bias"}, "a", {{"group", std::int64_t{2}}}),
           BatchNorm("a", "y")},
          WithStatistics(4,
                         {{"w", Wavy({4, 2, 2, 2})}, {"bias", Wavy({4}, 5)}})));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv"}));
}

TEST(FoldBatchNorm, GoesIntoATransposedConvolution) {
  const Graph after = Rewritten(
      FoldBatchNorm,
      MakeGraph(
          {1, 4, 2, 2},
          {1, 6, 3, 3},
          {Op("ConvTranspose", {"x", "w"}, "a", {{"group", std::int64_t{2}}}),
           BatchNorm("a", "y")},
          WithStatistics(6, {{"w", Wavy({4, 3, 2, 2})}})));
  EXPECT_EQ(OpTypes(after), (OpList{"ConvTranspose"}));
}

TEST(FoldBatchNorm, GoesIntoTheUnpaddedConvolutionBehind) {
  const Graph after = Rewritten(
      FoldBatchNorm,
      MakeGraph({1, 4, 3, 3},
                {1, 2, 2, 2},
                {BatchNorm("x", "a"),
                 Op("Conv", {"a", "w"}, "y", {{"group", std::int64_t{2}}})},
                WithStatistics(4, {{"w", Wavy({2, 2, 2, 2})}})));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv"}));
}

TEST(FoldBatchNorm, StaysBeforeAPaddedConvolution) {
  const Graph after = Rewritten(
      FoldBatchNorm,
      MakeGraph({1, 2, 3, 3},
                {1, 3, 3, 3},
                {BatchNorm("x", "a"),
                 Op("Conv", {"a", "w"}, "y", {{"pads", Ints64{1, 1, 1, 1}}})},
                WithStatistics(2, {{"w", Wavy({3, 2, 3, 3})}})));
  EXPECT_EQ(OpTypes(after), (OpList{"BatchNormalization", "Conv"}));
}

TEST(FoldBatchNorm, StaysWhereAnotherReadsTheConvolution) {
  const Graph after =
      Rewritten(FoldBatchNorm,
                MakeGraph({1, 2, 3, 3},
                          {1, 3, 2, 2},
                          {Op("Conv", {"x", "w"}, "a"),
                           BatchNorm("a", "b"),
                           Op("Add", {"a", "b"}, "y")},
                          WithStatistics(3, {{"w", Wavy({3, 2, 2, 2})}})));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv", "BatchNormalization", "Add"}));
}

TEST(FoldBatchNorm, GoesThroughAFlattenIntoFullyConnectedWeights) {
  const Graph after = Rewritten(
      FoldBatchNorm,
      MakeGraph(
          {2, 3, 2, 2},
          {2, 5},
          {BatchNorm("x", "a"),
           Op("Flatten", {"a"}, "b"),
           Op("FusedGemm", {"b", "w"}, "y", {}, std::string(kMienDomain))},
          WithStatistics(3, {{"w", Wavy({5, 12})}})));
  EXPECT_EQ(OpTypes(after), (OpList{"Flatten", "FusedGemm"}));
}

TEST(FoldScale, GoesIntoTheConvolutionBefore) {
  const Graph after =
      Rewritten(FoldScale,
                MakeGraph({1, 2, 3, 3},
                          {1, 3, 2, 2},
                          {Op("Conv", {"x", "w", "bias"}, "a"),
                           Op("Mul", {"scale", "a"}, "b"),
                           Op("Add", {"b", "shift"}, "c"),
                           Op("Sub", {"one", "c"}, "d"),
                           Op("Div", {"d", "two"}, "y")},
                          {{"w", Wavy({3, 2, 2, 2})},
                           {"bias", Wavy({3})},
                           {"scale", Floats({}, {0.17F})},
                           {"shift", Wavy({1, 3, 1, 1}, 4)},
                           {"one", Floats({3, 1, 1}, {1, 2, 3})},
                           {"two", Floats({1}, {2})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv"}));
}

TEST(FoldScale, GoesIntoTheConvolutionBehind) {
  const Graph after =
      Rewritten(FoldScale,
                MakeGraph({1, 2, 3, 3},
                          {1, 3, 2, 2},
                          {Op("Sub", {"x", "mean"}, "a"),
                           Op("Div", {"a", "deviation"}, "b"),
                           Op("Conv", {"b", "w"}, "y")},
                          {{"w", Wavy({3, 2, 2, 2})},
                           {"mean", Floats({2, 1, 1}, {0.5F, -0.25F})},
                           {"deviation", Floats({}, {2})}}));
  // Subtraction comes first, so its neighbour is the division, not the layer.
  EXPECT_EQ(OpTypes(after), (OpList{"Sub", "Conv"}));
}

TEST(FoldScale, MayScaleBeforeAPaddedConvolutionButNotShift) {
  const std::map<std::string, Attribute> padded = {
      {"pads", Ints64{1, 1, 1, 1}}};
  const std::map<std::string, Tensor> constants = {
      {"w", Wavy({3, 2, 3, 3})}, {"c", Floats({2, 1, 1}, {0.5F, 3})}};
  const auto before = [&](const std::string& op_type) {
    return MakeGraph(
        {1, 2, 3, 3},
        {1, 3, 3, 3},
        {Op(op_type, {"x", "c"}, "a"), Op("Conv", {"a", "w"}, "y", padded)},
        constants);
  };
  EXPECT_EQ(OpTypes(Rewritten(FoldScale, before("Mul"))), (OpList{"Conv"}));
  EXPECT_EQ(OpTypes(Rewritten(FoldScale, before("Add"))),
            (OpList{"Add", "Conv"}));
}

TEST(FoldScale, AddsABiasToAMatrixProduct) {
  const Graph after = Rewritten(
      FoldScale,
      MakeGraph({2, 3},
                {2, 4},
                {Op("FusedGemm", {"x", "w"}, "a", {}, std::string(kMienDomain)),
                 Op("Add", {"a", "bias"}, "y")},
                {{"w", Wavy({4, 3})}, {"bias", Wavy({4}, 1)}}));
  EXPECT_EQ(OpTypes(after), (OpList{"FusedGemm"}));
}

TEST(FoldScale, LeavesNumbersThatDifferAcrossThePlane) {
  const Graph after = Rewritten(
      FoldScale,
      MakeGraph({1, 2, 3, 3},
                {1, 3, 2, 2},
                {Op("Conv", {"x", "w"}, "a"), Op("Mul", {"a", "mask"}, "y")},
                {{"w", Wavy({3, 2, 2, 2})}, {"mask", Wavy({1, 2})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv", "Mul"}));
}

TEST(FoldScale, LeavesAConstantDividedByTheValue) {
  const Graph after = Rewritten(
      FoldScale,
      MakeGraph({1, 1, 2, 2},
                {1, 1, 2, 2},
                {Op("Conv", {"x", "w"}, "a"), Op("Div", {"one", "a"}, "y")},
                {{"w", Floats({1, 1, 1, 1}, {1})}, {"one", Floats({}, {1})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv", "Div"}));
}

}  // namespace
}  // namespace mien
