// SPDX-License-Identifier: Apache-2.0
#include "embed/free_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "graph/builder.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

using ::testing::HasSubstr;

Tensor Counting(const ParameterSpec& spec) {
  std::vector<float> values(static_cast<std::size_t>(NumElements(spec.shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 0.1F * static_cast<float>(i % 7) - 0.25F;
  }
  return Tensor::Float(spec.shape, values);
}

/// A convolution whose output is reshaped to a constant [1, 8], as exporters
/// write it.
Graph ReshapedNet() {
  GraphBuilder net("reshaped", Counting);
  const Value x = net.Input("x", {1, 3, 2, 2});
  const Value y = net.Relu(net.Conv(x, "conv", {.out = 2, .pad = {1, 1}}));
  net.Output(net.Reshape(y, {1, 8}), "y");
  return std::move(net).Build();
}

std::vector<float> OutputOf(const Graph& graph,
                            Shape shape,
                            const std::vector<float>& values) {
  const auto outputs =
      RunReference(graph, {{"x", Tensor::Float(std::move(shape), values)}});
  EXPECT_TRUE(outputs);
  return outputs ? outputs->at("y").ToFloats() : std::vector<float>();
}

TEST(FreeBatch, GivesEachSampleTheAnswerItHasAlone) {
  const Graph fixed = ReshapedNet();
  const Result<Graph> freed = FreeBatch(fixed);
  ASSERT_TRUE(freed) << freed.error().message;
  EXPECT_EQ(freed->inputs.front().shape, (Shape{kDynamicDim, 3, 2, 2}));
  std::vector<float> batch;
  std::vector<float> expected;
  for (int sample = 0; sample < 3; ++sample) {
    std::vector<float> values(12);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>((sample + 2) * (5 * i % 12)) - 9.0F;
    }
    batch.insert(batch.end(), values.begin(), values.end());
    const std::vector<float> alone = OutputOf(fixed, {1, 3, 2, 2}, values);
    expected.insert(expected.end(), alone.begin(), alone.end());
  }
  EXPECT_EQ(OutputOf(*freed, {3, 3, 2, 2}, batch), expected);
}

TEST(FreeBatch, LeavesAFreeBatchAsItIs) {
  GraphBuilder net("free", Counting);
  const Value x = net.Input("x", {kDynamicDim, 3, 2, 2});
  // Concat over the batch would be refused in a file of batch 1.
  net.Output(net.Concat({x, x}, 0), "y");
  const Graph graph = std::move(net).Build();
  const Result<Graph> freed = FreeBatch(graph);
  ASSERT_TRUE(freed);
  EXPECT_EQ(freed->nodes.size(), graph.nodes.size());
}

TEST(FreeBatch, RefusesToMixSamplesByConcat) {
  GraphBuilder net("mixing", Counting);
  const Value x = net.Input("x", {1, 3, 2, 2});
  net.Output(net.Concat({x, x}, 0), "y");
  const Result<Graph> freed = FreeBatch(std::move(net).Build());
  ASSERT_FALSE(freed);
  EXPECT_EQ(freed.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(freed.error().message, HasSubstr("Concat"));
}

TEST(FreeBatch, RefusesToMoveTheBatchByTranspose) {
  GraphBuilder net("moving", Counting);
  const Value x = net.Input("x", {1, 3, 2, 2});
  net.Output(net.Transpose(x, {1, 0, 2, 3}), "y");
  const Result<Graph> freed = FreeBatch(std::move(net).Build());
  ASSERT_FALSE(freed);
  EXPECT_THAT(freed.error().message, HasSubstr("Transpose"));
}

TEST(FreeBatch, RefusesToFoldTheBatchIntoAnotherExtent) {
  GraphBuilder net("folding", Counting);
  const Value x = net.Input("x", {1, 3, 2, 2});
  net.Output(net.Reshape(x, {3, 4}), "y");
  const Result<Graph> freed = FreeBatch(std::move(net).Build());
  ASSERT_FALSE(freed);
  EXPECT_THAT(freed.error().message, HasSubstr("Reshape"));
}

TEST(FreeBatch, RefusesABatchFixedToMoreThanOne) {
  GraphBuilder net("pairs", Counting);
  const Value x = net.Input("x", {2, 3, 2, 2});
  net.Output(net.Relu(x), "y");
  const Result<Graph> freed = FreeBatch(std::move(net).Build());
  ASSERT_FALSE(freed);
  EXPECT_EQ(freed.error().message,
            "input x is [2, 3, 2, 2]; its first extent must be 1 or free");
}

}  // namespace
}  // namespace mien
