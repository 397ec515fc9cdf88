// SPDX-License-Identifier: Apache-2.0
//
// Every network after the runtime's passes: the same answers from fewer
// operators.
#include <gtest/gtest.h>

#include <cmath>

#include "nets/net_probe.h"
#include "nets/nets.h"
#include "runtime/passes/pass.h"
#include "runtime/reference/reference_executor.h"

namespace mien::nets {
namespace {

using Histogram = std::map<std::string, int>;

Histogram CountOperators(const Graph& graph) {
  Histogram counts;
  for (const Node& node : graph.nodes) {
    ++counts[node.op_type];
  }
  return counts;
}

/// `graph` for inputs of `shape`, after all passes.
Graph Optimized(const Graph& graph, const Shape& shape) {
  const auto fixed = Specialize(graph, {{graph.inputs.front().name, shape}});
  EXPECT_TRUE(fixed) << fixed.error().message;
  auto optimized = Optimize(*fixed);
  EXPECT_TRUE(optimized) << optimized.error().message;
  return *std::move(optimized);
}

/// Runs `graph` before and after all passes, and returns what is left of it.
Histogram CheckedOptimize(const Graph& graph, const Shape& shape) {
  constexpr float kTolerance = 1e-5F;
  const Graph optimized = Optimized(graph, shape);
  const auto inputs = FormulaInput(graph, shape);
  const auto before = RunReference(graph, inputs);
  const auto after = RunReference(optimized, inputs);
  EXPECT_TRUE(before) << before.error().message;
  EXPECT_TRUE(after) << after.error().message;
  for (const auto& [name, tensor] : *before) {
    const auto expected = tensor.values<float>();
    const auto actual = after->at(name).values<float>();
    EXPECT_EQ(after->at(name).shape(), tensor.shape()) << name;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const float scale = std::max(1.0F, std::abs(expected[i]));
      EXPECT_NEAR(actual[i], expected[i], kTolerance * scale)
          << name << " " << i;
    }
  }
  return CountOperators(optimized);
}

// The convolutions of Szegedy et al. 2016, fig. 10 to 15: 6 in the stem, 7 in
// each of 5 Block35, 5 in each of 10 Block17 and 6 Block8, 4 and 7 in the
// reductions. Nothing stands beside them but joins and pools.
TEST(InceptionResnetV1, BecomesConvolutionsAndJoins) {
  EXPECT_EQ(CheckedOptimize(InceptionResnetV1(FormulaParameters(), 75),
                            {1, 3, 75, 75}),
            (Histogram{{"Concat", 23},
                       {"Div", 1},
                       {"Flatten", 1},
                       {"FusedConv", 132},
                       {"FusedGemm", 1},
                       {"GlobalAveragePool", 1},
                       {"MaxPool", 3},
                       {"ReduceL2", 1}}));
}

// Batch norms before padded convolutions stay: one in each block.
TEST(IResnet18, KeepsOneBatchNormABlock) {
  EXPECT_EQ(CheckedOptimize(IResnet18(FormulaParameters()), {1, 3, 112, 112}),
            (Histogram{{"BatchNormalization", 8},
                       {"Conv", 4},
                       {"Div", 1},
                       {"Flatten", 1},
                       {"FusedConv", 17},
                       {"FusedGemm", 1},
                       {"ReduceL2", 1}}));
}

TEST(IResnet50, KeepsOneBatchNormABlock) {
  EXPECT_EQ(CountOperators(
                Optimized(IResnet50(FormulaParameters()), {1, 3, 112, 112})),
            (Histogram{{"BatchNormalization", 24},
                       {"Conv", 4},
                       {"Div", 1},
                       {"Flatten", 1},
                       {"FusedConv", 49},
                       {"FusedGemm", 1},
                       {"ReduceL2", 1}}));
}

TEST(Vgg16, BecomesConvolutionsAndPools) {
  EXPECT_EQ(CheckedOptimize(Vgg16(FormulaParameters(), 64), {1, 3, 112, 112}),
            (Histogram{{"Div", 1},
                       {"Flatten", 1},
                       {"FusedConv", 13},
                       {"FusedGemm", 1},
                       {"GlobalAveragePool", 1},
                       {"MaxPool", 4},
                       {"ReduceL2", 1}}));
}

TEST(MobileFacenet, BecomesConvolutions) {
  EXPECT_EQ(CheckedOptimize(MobileFacenet(FormulaParameters(), 128),
                            {1, 3, 112, 112}),
            (Histogram{{"Conv", 4},
                       {"Div", 1},
                       {"Flatten", 1},
                       {"FusedConv", 45},
                       {"FusedGemm", 1},
                       {"ReduceL2", 1}}));
}

TEST(Mtcnn, BecomesConvolutionsAndProducts) {
  EXPECT_EQ(
      CheckedOptimize(Pnet(FormulaParameters()), {2, 3, 21, 16}),
      (Histogram{
          {"Conv", 2}, {"FusedConv", 3}, {"MaxPool", 1}, {"Softmax", 1}}));
  EXPECT_EQ(CheckedOptimize(Rnet(FormulaParameters()), {2, 3, 24, 24}),
            (Histogram{{"Flatten", 1},
                       {"FusedConv", 3},
                       {"FusedGemm", 3},
                       {"MaxPool", 2},
                       {"Softmax", 1}}));
  EXPECT_EQ(CheckedOptimize(Onet(FormulaParameters()), {2, 3, 48, 48}),
            (Histogram{{"Flatten", 1},
                       {"FusedConv", 4},
                       {"FusedGemm", 4},
                       {"MaxPool", 3},
                       {"Softmax", 1}}));
}

TEST(FaceSsd, KeepsItsAnswers) {
  const Histogram left =
      CheckedOptimize(FaceSsd(FormulaParameters()), {1, 3, 64, 128});
  for (const std::string gone : {"BatchNormalization", "Relu", "Clip", "Mul"}) {
    EXPECT_FALSE(left.contains(gone)) << gone;
  }
}

}  // namespace
}  // namespace mien::nets
