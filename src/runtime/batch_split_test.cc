// SPDX-License-Identifier: Apache-2.0
#include "runtime/batch_split.h"

#include <gtest/gtest.h>

#include "runtime/onednn/compare_executors.h"
#include "runtime/passes/pass.h"

namespace mien {
namespace {

using onednn::RandomFloats;
using onednn::RandomSource;

constexpr int kBatch = 6;
constexpr int kSidePx = 96;

/// Three wide layers, a residual among them, and two narrow ones.
Graph WideThenNarrow(int batch = kBatch) {
  GraphBuilder net("net", RandomSource(5));
  Value x = net.Input("x", {batch, 3, kSidePx, kSidePx});
  x = net.Prelu(net.Conv(x, "first", {.out = 16, .pad = {1, 1}}), "slopes");
  const Value y = net.Relu(net.Conv(x, "second", {.out = 16, .pad = {1, 1}}));
  x = net.Add(x, y);
  x = net.Conv(x, "third", {.out = 32, .stride = {8, 8}, .pad = {1, 1}});
  x = net.Relu(net.Conv(x, "fourth", {.out = 64, .stride = {4, 4}}));
  net.Output(net.Conv(x, "fifth", {.out = 128, .kernel = {1, 1}}), "y");
  return std::move(net).Build();
}

/// As the compiler calls SplitBatch().
std::optional<BatchSplit> SplitOf(const Graph& graph, int num_threads = 1) {
  const auto optimized = Optimize(graph);
  EXPECT_TRUE(optimized);
  const auto split = SplitBatch(*optimized, num_threads);
  EXPECT_TRUE(split);
  return *split;
}

TEST(BatchSplit, PutsWideLayersInTheHeadSampleBySample) {
  const auto split = SplitOf(WideThenNarrow());
  ASSERT_TRUE(split);
  EXPECT_EQ(split->samples, 1);
  EXPECT_EQ(split->head.nodes.size(), 4U);
  EXPECT_EQ(split->head.inputs[0].shape, (Shape{1, 3, kSidePx, kSidePx}));
  EXPECT_EQ(split->head.outputs[0].shape, (Shape{1, 32, 12, 12}));
  EXPECT_EQ(split->tail.nodes.size(), 2U);
  EXPECT_EQ(split->tail.inputs[0].shape, (Shape{kBatch, 32, 12, 12}));
  EXPECT_TRUE(split->head.Validate());
  EXPECT_TRUE(split->tail.Validate());
}

TEST(BatchSplit, GivesEachThreadASample) {
  const auto split = SplitOf(WideThenNarrow(), 2);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->samples, 2);
}

TEST(BatchSplit, LeavesBatchesThatDoNotDivide) {
  EXPECT_FALSE(SplitOf(WideThenNarrow(7), 2));
}

TEST(BatchSplit, LeavesSingleSamples) {
  EXPECT_FALSE(SplitOf(WideThenNarrow(1)));
}

TEST(BatchSplit, LeavesWhatFitsTheCache) {
  GraphBuilder net("net", RandomSource(5));
  Value x = net.Input("x", {kBatch, 16, 12, 12});
  x = net.Conv(x, "first", {.out = 16, .pad = {1, 1}});
  net.Output(net.Conv(x, "second", {.out = 16}), "y");
  EXPECT_FALSE(SplitOf(std::move(net).Build()));
}

TEST(BatchSplit, LeavesWhatComputesMuch) {
  GraphBuilder net("net", RandomSource(5));
  Value x = net.Input("x", {kBatch, 64, 64, 64});
  x = net.Conv(x, "first", {.out = 64, .pad = {1, 1}});
  net.Output(net.Conv(x, "second", {.out = 64}), "y");
  EXPECT_FALSE(SplitOf(std::move(net).Build()));
}

TEST(BatchSplit, LeavesNetworksThatMixSamplesFirst) {
  GraphBuilder net("net", RandomSource(5));
  Value x = net.Input("x", {kBatch, 16, 64, 64});
  x = net.Op("ReduceMean", {x}, {{"axes", std::vector<std::int64_t>{0}}}, 16);
  net.Output(net.Conv(x, "first", {.out = 16, .pad = {1, 1}}), "y");
  EXPECT_FALSE(SplitOf(std::move(net).Build()));
}

/// The output for random input.
std::vector<float> Answer(const Graph& graph, const CompileOptions& options) {
  const auto net = CompiledNet::Compile(graph, options);
  EXPECT_TRUE(net);
  Workspace workspace = (*net)->CreateWorkspace();
  const std::span<float> input = workspace.input(0);
  std::ranges::copy(RandomFloats(std::ssize(input), 1), input.begin());
  std::vector<double> layer_us;
  (*net)->RunTimed(workspace, layer_us);
  EXPECT_EQ(layer_us.size(), (*net)->layers().size());
  const std::span<const float> output = workspace.output(0);
  return {output.begin(), output.end()};
}

TEST(BatchSplit, GivesWhatTheReferenceGives) {
  for (const int num_threads : {1, 2}) {
    onednn::ExpectEqualsReference(WideThenNarrow(),
                                  {.num_threads = num_threads});
  }
}

TEST(BatchSplit, AnswersForSamplesAsForASampleAlone) {
  for (const Precision precision : {Precision::kFloat32, Precision::kAuto}) {
    const std::vector<float> together =
        Answer(WideThenNarrow(), {.precision = precision});
    std::vector<float> alone =
        Answer(WideThenNarrow(1), {.precision = precision});
    const std::span<const float> first =
        std::span(together).first(alone.size());
    EXPECT_LE(onednn::MaxScaledError(first, alone), 1e-5);
  }
}

TEST(BatchSplit, NeedsLittleMemory) {
  const auto split = CompiledNet::Compile(WideThenNarrow(), {});
  const auto whole = CompiledNet::Compile(WideThenNarrow(1), {});
  ASSERT_TRUE(split && whole);
  const std::size_t input_bytes = sizeof(float) * 3 * kSidePx * kSidePx;
  EXPECT_LT((*split)->workspace_bytes(),
            2 * (*whole)->workspace_bytes() + kBatch * input_bytes);
}

}  // namespace
}  // namespace mien
