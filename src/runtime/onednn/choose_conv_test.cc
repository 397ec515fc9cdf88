// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/choose_conv.h"

#include <algorithm>

#include "core/cpu.h"
#include "runtime/onednn/compare_executors.h"

namespace mien::onednn {
namespace {

/// Whether oneDNN may use AVX-512, for which alone it has Winograd's algorithm.
bool HasAvx512() {
  return HostCpu().avx512 && MayUse(dnnl::cpu_isa::avx512_core);
}

/// A convolution of 3 x 3 with `out` channels, for oneDNN's Winograd where it
/// is no multiple of 32, on maps of the extents `input`.
Graph ConvNet(const Shape& input, int out) {
  GraphBuilder net("conv", RandomSource(3));
  const Value x = net.Input("x", input);
  net.Output(net.Relu(net.Conv(x, "conv", {.out = out, .pad = {1, 1}})), "y");
  return std::move(net).Build();
}

/// The implementation that oneDNN has for the only convolution of `graph`.
std::string Implementation(const Graph& graph) {
  const auto net = CompiledNet::Compile(graph, {});
  if (!net) {
    return net.error().message;
  }
  const auto& layers = (*net)->layers();
  const auto conv = std::ranges::find(layers, "FusedConv", &LayerInfo::op_type);
  return conv == layers.end() ? "none" : conv->implementation;
}

TEST(ChooseConv, MakesFourByFourOutputsAtATimeOfOneSampleToo) {
  if (!HasAvx512()) {
    GTEST_SKIP() << "skipped: needs AVX-512";
  }
  for (const std::int64_t batch : {1, 8}) {
    const Graph graph = ConvNet({batch, 32, 40, 33}, 48);
    EXPECT_NE(Implementation(graph).find("wino_4x3"), std::string::npos)
        << Implementation(graph) << " for a batch of " << batch;
    ExpectEqualsReference(graph, {});
  }
}

TEST(ChooseConv, TransformsMapsOf12By12ButNotOf11By11) {
  if (!HasAvx512()) {
    GTEST_SKIP() << "skipped: needs AVX-512";
  }
  EXPECT_NE(Implementation(ConvNet({1, 32, 12, 12}, 48)).find("wino"),
            std::string::npos);
  EXPECT_EQ(Implementation(ConvNet({1, 32, 11, 11}, 48)).find("wino"),
            std::string::npos);
}

TEST(ChooseConv, TransformsNoWeightsThatWouldTakeMuchMemory) {
  EXPECT_EQ(Implementation(ConvNet({1, 256, 20, 20}, 272)).find("wino"),
            std::string::npos);
}

/// Adds a residual to a convolution of 3 x 3 whose first or last row of outputs
/// sees nothing but padding.
Graph PaddedByWholeKernels(std::int64_t above, std::int64_t below) {
  GraphBuilder net("conv", RandomSource(3));
  const Value x = net.Input("x", {2, 32, 18, 27});
  const Value r = net.Input("r", {2, 16, 16 + above + below, 25});
  const Value w = net.Constant("w", RandomTensor({16, 32, 3, 3}, 1));
  const Value y =
      net.Op("Conv",
             {x, w},
             {{"pads", std::vector<std::int64_t>{above, 0, below, 0}}},
             16);
  net.Output(net.Relu(net.Add(y, r)), "y");
  return std::move(net).Build();
}

/// The same where the taps of a dilated kernel fall beside the only row.
Graph DilatedAroundTheInput() {
  GraphBuilder net("conv", RandomSource(3));
  const Value x = net.Input("x", {9, 6, 1, 37});
  const Value r = net.Input("r", {9, 6, 2, 33});
  const Value w = net.Constant("w", RandomTensor({6, 6, 2, 3}, 1));
  const Value y = net.Op("Conv",
                         {x, w},
                         {{"pads", std::vector<std::int64_t>{1, 0, 2, 0}},
                          {"dilations", std::vector<std::int64_t>{2, 2}}},
                         6);
  net.Output(net.Relu(net.Add(y, r)), "y");
  return std::move(net).Build();
}

// oneDNN's convolution by batches of small products was wrong or crashed there.
TEST(ChooseConv, AddsToRowsThatSeeNothingButPadding) {
  for (const Graph& graph : {PaddedByWholeKernels(3, 0),
                             PaddedByWholeKernels(0, 3),
                             PaddedByWholeKernels(5, 4),
                             DilatedAroundTheInput()}) {
    ExpectEqualsReference(graph, {});
    if (HostCpu().avx512) {
      ExpectEqualsReference(graph, {.precision = Precision::kBfloat16}, 2e-2);
    }
  }
}

/// Layers of `graph` that only change a layout.
std::ptrdiff_t NumReorders(const Graph& graph) {
  const auto net = CompiledNet::Compile(graph, {});
  return net ? std::ranges::count(
                   (*net)->layers(), "Reorder", &LayerInfo::op_type)
             : -1;
}

/// A convolution of Winograd's and one of the kernel `side` behind it.
Graph ConvBehindWinograd(std::int64_t batch, int side) {
  GraphBuilder net("conv", RandomSource(3));
  const Value x = net.Input("x", {batch, 32, 18, 18});
  const Value a = net.Relu(net.Conv(x, "a", {.out = 48, .pad = {1, 1}}));
  const Value b =
      net.Conv(a, "b", {.out = 48, .kernel = {side, side}, .stride = {2, 2}});
  net.Output(net.Relu(b), "y");
  return std::move(net).Build();
}

// One reorder is that of the input, another that of the output.
TEST(ChooseConv, LeavesValuesInTheBlocksInWhichWinogradLeftThem) {
  if (!HasAvx512()) {
    GTEST_SKIP() << "skipped: needs AVX-512";
  }
  for (const int side : {1, 5}) {
    const Graph graph = ConvBehindWinograd(32, side);
    EXPECT_EQ(NumReorders(graph), 2) << side;
    ExpectEqualsReference(graph, {});
  }
}

TEST(ChooseConv, TakesFewOutputsOfLargeKernelsOutOfTheBlocks) {
  if (!HasAvx512()) {
    GTEST_SKIP() << "skipped: needs AVX-512";
  }
  const Graph graph = ConvBehindWinograd(1, 5);
  EXPECT_EQ(NumReorders(graph), 3);
  ExpectEqualsReference(graph, {});
}

}  // namespace
}  // namespace mien::onednn
