// SPDX-License-Identifier: Apache-2.0
//
// FusePad, FuseResidual and FuseActivation.
#include "runtime/fused_ops.h"
#include "runtime/passes/fuse_activation.h"
#include "runtime/passes/fuse_pad.h"
#include "runtime/passes/fuse_residual.h"
#include "runtime/passes/graph_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

const Tensor kPads = Ints({0, 0, 1, 2, 0, 0, 0, 1});

TEST(FusePad, AddsToThePadsOfAConvolution) {
  const Graph after = Rewritten(
      FusePad,
      MakeGraph({1, 2, 3, 3},
                {1, 3, 4, 7},
                {Op("Pad", {"x", "pads", "", ""}, "a"),
                 Op("Conv", {"a", "w"}, "y", {{"pads", Ints64{0, 1, 1, 1}}})},
                {{"w", Wavy({3, 2, 2, 2})}, {"pads", kPads}}));
  ASSERT_EQ(OpTypes(after), (OpList{"Conv"}));
  EXPECT_EQ(after.nodes[0].Ints("pads", {}), (Ints64{1, 3, 1, 2}));
}

TEST(FusePad, KeepsPaddingThatIsNotZero) {
  const Graph after = Rewritten(FusePad,
                                MakeGraph({1, 2, 3, 3},
                                          {1, 3, 3, 5},
                                          {Op("Pad", {"x", "pads", "one"}, "a"),
                                           Op("Conv", {"a", "w"}, "y")},
                                          {{"w", Wavy({3, 2, 2, 2})},
                                           {"one", Floats({}, {1})},
                                           {"pads", kPads}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Pad", "Conv"}));
}

TEST(FusePad, LetsAnAveragePoolCountThePadding) {
  const Graph after = Rewritten(
      FusePad,
      MakeGraph(
          {1, 2, 3, 3},
          {1, 2, 3, 5},
          {Op("Pad", {"x", "pads"}, "a"),
           Op("AveragePool", {"a"}, "y", {{"kernel_shape", Ints64{2, 2}}})},
          {{"pads", kPads}}));
  ASSERT_EQ(OpTypes(after), (OpList{"AveragePool"}));
  EXPECT_EQ(after.nodes[0].Int("count_include_pad", 0), 1);
}

TEST(FusePad, GoesIntoAMaxPoolOnlyBehindARectifier) {
  const std::map<std::string, Attribute> window = {
      {"kernel_shape", Ints64{2, 2}}, {"strides", Ints64{2, 2}}};
  const Node pad = Op("Pad", {"a", "pads"}, "b");
  const Node pool = Op("MaxPool", {"b"}, "y", window);
  const std::map<std::string, Tensor> constants = {
      {"pads", Ints({0, 0, 0, 0, 0, 0, 1, 1})}};
  EXPECT_EQ(OpTypes(Rewritten(FusePad,
                              MakeGraph({1, 1, 3, 3},
                                        {1, 1, 2, 2},
                                        {Op("Relu", {"x"}, "a"), pad, pool},
                                        constants))),
            (OpList{"Relu", "MaxPool"}));
  EXPECT_EQ(OpTypes(Rewritten(FusePad,
                              MakeGraph({1, 1, 3, 3},
                                        {1, 1, 2, 2},
                                        {Op("Neg", {"x"}, "a"), pad, pool},
                                        constants))),
            (OpList{"Neg", "Pad", "MaxPool"}));
}

TEST(FusePad, LeavesPaddingOfWeights) {
  const Graph after = Rewritten(
      FusePad,
      MakeGraph({1, 1, 3, 3},
                {1, 1, 2, 1},
                {Op("Mul", {"x", "zero"}, "nothing"),
                 Op("Slice", {"nothing", "start", "end", "axes"}, "small"),
                 Op("Pad", {"small", "pads"}, "w"),
                 Op("Conv", {"x", "w"}, "y")},
                {{"zero", Floats({}, {0})},
                 {"start", Ints({0, 0})},
                 {"end", Ints({2, 2})},
                 {"axes", Ints({2, 3})},
                 {"pads", Ints({0, 0, 0, 1, 0, 0, 0, 0})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Mul", "Slice", "Pad", "Conv"}));
}

/// x through two convolutions a and b, and the sum of both.
Graph TwoBranches() {
  return MakeGraph({1, 2, 3, 3},
                   {1, 2, 3, 3},
                   {Op("Conv", {"x", "w"}, "a"),
                    Op("Relu", {"a"}, "c"),
                    Op("Conv", {"c", "w"}, "b"),
                    Op("Add", {"b", "x"}, "y")},
                   {{"w", Wavy({2, 2, 1, 1})}});
}

TEST(FuseResidual, TakesTheOtherSummand) {
  const Graph after = Rewritten(FuseResidual, TwoBranches());
  ASSERT_EQ(OpTypes(after), (OpList{"Conv", "Relu", "FusedConv"}));
  EXPECT_EQ(after.nodes[2].Input(3), "x");
}

TEST(FuseResidual, RunsTheLaterOfTwoConvolutionsLast) {
  const Graph after = Rewritten(
      FuseResidual,
      MakeGraph({1, 2, 3, 3},
                {1, 2, 3, 3},
                {Op("Conv", {"x", "w"}, "a"),
                 Op("Conv", {"x", "v"}, "b"),
                 Op("Add", {"b", "a"}, "y")},
                {{"w", Wavy({2, 2, 1, 1})}, {"v", Wavy({2, 2, 1, 1}, 1)}}));
  ASSERT_EQ(OpTypes(after), (OpList{"Conv", "FusedConv"}));
  EXPECT_EQ(after.nodes[1].Input(1), "v");
  EXPECT_EQ(after.nodes[1].Input(3), "a");
}

TEST(FuseResidual, LeavesSummandsOfDifferentExtents) {
  const Graph after = Rewritten(
      FuseResidual,
      MakeGraph({1, 2, 3, 3},
                {1, 2, 3, 3},
                {Op("Conv", {"x", "w"}, "a"), Op("Add", {"a", "c"}, "y")},
                {{"w", Wavy({2, 2, 1, 1})}, {"c", Wavy({1, 2, 1, 1})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv", "Add"}));
}

TEST(FuseResidual, LeavesAConvolutionAddedToItself) {
  const Graph after = Rewritten(
      FuseResidual,
      MakeGraph({1, 2, 3, 3},
                {1, 2, 3, 3},
                {Op("Conv", {"x", "w"}, "a"), Op("Add", {"a", "a"}, "y")},
                {{"w", Wavy({2, 2, 1, 1})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv", "Add"}));
}

/// A padded convolution with `activation` from its output a to y.
Graph ConvAnd(std::vector<Node> activation,
              std::map<std::string, Tensor> constants = {}) {
  std::vector<Node> nodes = {
      Op("Conv", {"x", "w"}, "a", {{"auto_pad", std::string("SAME_UPPER")}})};
  nodes.insert(nodes.end(), activation.begin(), activation.end());
  constants.emplace("w", Wavy({3, 2, 2, 2}));
  return MakeGraph({1, 2, 3, 3}, {1, 3, 3, 3}, nodes, constants);
}

TEST(FuseActivation, TakesEveryActivationThatFusedConvKnows) {
  const std::vector<Node> activations = {
      Op("Relu", {"a"}, "y"),
      Op("LeakyRelu", {"a"}, "y", {{"alpha", 0.3F}}),
      Op("Clip", {"a"}, "y", {{"min", -0.5F}, {"max", 0.75F}}),
      Op("Sigmoid", {"a"}, "y"),
      Op("Tanh", {"a"}, "y"),
      Op("HardSigmoid", {"a"}, "y", {{"alpha", 0.1F}, {"beta", 0.4F}}),
      Op("HardSwish", {"a"}, "y")};
  for (const Node& activation : activations) {
    SCOPED_TRACE(activation.op_type);
    const Graph after = Rewritten(FuseActivation, ConvAnd({activation}));
    ASSERT_EQ(OpTypes(after), (OpList{"FusedConv"}));
    EXPECT_EQ(after.nodes[0].String("activation", ""), activation.op_type);
    EXPECT_EQ(after.nodes[0].name, "a");
    EXPECT_FALSE(after.nodes[0].Has("auto_pad"));
  }
}

TEST(FuseActivation, TakesSlopesOfAnyExtents) {
  const Graph after =
      Rewritten(FuseActivation,
                ConvAnd({Op("PRelu", {"a", "s"}, "y")},
                        {{"s", Floats({3, 1, 1}, {0.1F, 0.2F, 0.3F})}}));
  ASSERT_EQ(OpTypes(after), (OpList{"FusedConv"}));
  EXPECT_EQ(after.initializers.at(after.nodes[0].Input(4)).shape(), (Shape{3}));
}

TEST(FuseActivation, KnowsSwishInEitherOrder) {
  const Node sigmoid = Op("Sigmoid", {"a"}, "s");
  for (const Node& product :
       {Op("Mul", {"a", "s"}, "y"), Op("Mul", {"s", "a"}, "y")}) {
    const Graph after = Rewritten(FuseActivation, ConvAnd({sigmoid, product}));
    ASSERT_EQ(OpTypes(after), (OpList{"FusedConv"}));
    EXPECT_EQ(after.nodes[0].String("activation", ""), "Swish");
  }
}

TEST(FuseActivation, FusesOnlyTheFirst) {
  const Graph after =
      Rewritten(FuseActivation,
                ConvAnd({Op("Tanh", {"a"}, "b"), Op("Relu", {"b"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"FusedConv", "Relu"}));
}

TEST(FuseActivation, LeavesAConvolutionThatAnotherReads) {
  const Graph after =
      Rewritten(FuseActivation,
                ConvAnd({Op("Relu", {"a"}, "b"), Op("Add", {"a", "b"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Conv", "Relu", "Add"}));
}

TEST(FuseActivation, ComesAfterTheResidual) {
  Graph before = TwoBranches();
  before.nodes.back().outputs = {"sum"};
  before.nodes.push_back(Op("Relu", {"sum"}, "y"));
  const auto summed = FuseResidual(before);
  ASSERT_TRUE(summed);
  const Graph after = Rewritten(FuseActivation, *summed);
  EXPECT_EQ(OpTypes(after), (OpList{"FusedConv", "FusedConv"}));
  ExpectSameAnswers(before, after);
}

TEST(FuseActivation, GoesIntoAMatrixProduct) {
  const Graph after = Rewritten(
      FuseActivation,
      MakeGraph({2, 3},
                {2, 4},
                {Op("FusedGemm", {"x", "w"}, "a", {}, std::string(kMienDomain)),
                 Op("PRelu", {"a", "s"}, "y")},
                {{"w", Wavy({4, 3})}, {"s", Wavy({4}, 2)}}));
  ASSERT_EQ(OpTypes(after), (OpList{"FusedGemm"}));
  EXPECT_EQ(after.nodes[0].Input(3), "s");
}

}  // namespace
}  // namespace mien
