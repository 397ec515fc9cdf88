// SPDX-License-Identifier: Apache-2.0
//
// Nets whose convolutions run by the Winograd kernel of our own, and such that
// it must not take, against the reference executor.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/cpu.h"
#include "runtime/fused_ops.h"
#include "runtime/onednn/compare_executors.h"
#include "runtime/onednn/dnnl_compat.h"
#include "runtime/onednn/winograd_kernel.h"

namespace mien::onednn {
namespace {

/// One convolution, by 3 x 3 kernels.
struct Layer {
  Shape input = {2, 32, 21, 18};
  std::int64_t out = 64;
  std::vector<std::int64_t> pads = {1, 1, 1, 1};
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
  std::string activation = {};
  bool has_residual = false;
};

Shape OutputOf(const Layer& layer) {
  Shape shape = {layer.input[0], layer.out};
  for (const std::size_t i : {0U, 1U}) {
    const std::int64_t padded =
        layer.input[2 + i] + layer.pads[i] + layer.pads[2 + i];
    shape.push_back((padded - 2 * layer.dilation - 1) / layer.stride + 1);
  }
  return shape;
}

Graph NetOf(const Layer& layer) {
  Graph graph;
  graph.name = "net";
  graph.inputs = {{"x", DataType::kFloat32, layer.input, {}}};
  if (layer.has_residual) {
    graph.inputs.push_back({"r", DataType::kFloat32, OutputOf(layer), {}});
  }
  graph.outputs = {{"y", DataType::kFloat32, OutputOf(layer), {}}};
  // Small, so that sums are about as large as what activations make of them.
  const std::vector<double> scales(static_cast<std::size_t>(layer.out),
                                   1.0 / 16);
  graph.initializers["w"] =
      RandomTensor({layer.out, layer.input[1] / layer.groups, 3, 3}, 1)
          .ScaledRows(scales);
  graph.initializers["b"] = RandomTensor({layer.out}, 2);
  graph.initializers["s"] = RandomTensor({layer.out}, 3);
  Node node;
  node.name = "conv";
  node.op_type = kFusedConv;
  node.domain = kMienDomain;
  node.inputs = {"x",
                 "w",
                 "b",
                 layer.has_residual ? "r" : "",
                 layer.activation == "PRelu" ? "s" : ""};
  node.outputs = {"y"};
  node.attributes = {
      {"pads", layer.pads},
      {"strides", std::vector<std::int64_t>{layer.stride, layer.stride}},
      {"dilations", std::vector<std::int64_t>{layer.dilation, layer.dilation}},
      {"group", layer.groups},
      {"activation", layer.activation},
      {"alpha", 0.2F},
      {"beta", 0.7F}};
  graph.nodes = {node};
  return graph;
}

/// Convolutions of `graph` that run by a kernel of our own; -1 where the net
/// cannot be compiled.
std::ptrdiff_t NumOurs(const Graph& graph, const CompileOptions& options) {
  const auto net = CompiledNet::Compile(graph, options);
  if (!net) {
    return -1;
  }
  return std::ranges::count_if((*net)->layers(), [](const LayerInfo& layer) {
    return layer.implementation.starts_with("winograd:");
  });
}

class LowerWinograd : public testing::Test {
 protected:
  void SetUp() override {
    if (UsableWinogradKernels().empty()) {
      GTEST_SKIP() << "skipped: needs AVX2";
    }
  }

  static void ExpectOurs(const Graph& graph,
                         std::ptrdiff_t count,
                         const CompileOptions& options = {},
                         double tolerance = kFloat32Tolerance) {
    EXPECT_EQ(NumOurs(graph, options), count);
    ExpectEqualsReference(graph, options, tolerance);
  }
};

TEST_F(LowerWinograd, AppliesActivationsAndAddsResiduals) {
  for (const std::string activation :
       {"", "Relu", "LeakyRelu", "PRelu", "Clip", "HardSigmoid"}) {
    for (const bool has_residual : {false, true}) {
      for (const std::int64_t batch : {2, 9}) {  // channels last, in blocks
        SCOPED_TRACE(activation + (has_residual ? " with a residual" : "") +
                     " for a batch of " + std::to_string(batch));
        ExpectOurs(NetOf({.input = {batch, 32, 13, 14},
                          .activation = activation,
                          .has_residual = has_residual}),
                   1);
      }
    }
  }
}

TEST_F(LowerWinograd, PadsEachSideByItself) {
  for (const std::vector<std::int64_t>& pads :
       {std::vector<std::int64_t>{0, 0, 0, 0},
        {0, 1, 2, 1},
        {2, 0, 0, 1},
        {0, 3, 1, 0}}) {
    SCOPED_TRACE(testing::PrintToString(pads));
    ExpectOurs(NetOf({.pads = pads}), 1);
  }
}

TEST_F(LowerWinograd, SharesTilesAmongThreads) {
  ExpectOurs(NetOf({.input = {1, 32, 40, 33}}), 1, {.num_threads = 3});
}

TEST_F(LowerWinograd, LeavesWhatItCannotConvolve) {
  const auto leaves = [](const Layer& layer) { ExpectOurs(NetOf(layer), 0); };
  leaves({.groups = 2});
  leaves({.stride = 2});
  leaves({.pads = {2, 2, 2, 2}, .dilation = 2});
  leaves({.input = {2, 20, 21, 18}});
  leaves({.out = 40});
}

/// Two convolutions for the kernel with others around them and a residual.
Graph AmongOthers(std::int64_t batch) {
  GraphBuilder net("net", RandomSource(5));
  const Value x = net.Input("x", {batch, 8, 24, 23});
  const Value a = net.Relu(net.Conv(x, "a", {.out = 32, .kernel = {1, 1}}));
  const Value b = net.Relu(net.Conv(a, "b", {.out = 32, .pad = {1, 1}}));
  const Value c = net.Conv(b, "c", {.out = 32, .pad = {1, 1}, .bias = true});
  const Value sum = net.Relu(net.Add(a, c));
  net.Output(net.Conv(sum, "d", {.out = 16, .kernel = {1, 1}}), "y");
  return std::move(net).Build();
}

TEST_F(LowerWinograd, GoesOnInTheLayoutOfTheOneBefore) {
  for (const std::int64_t batch : {1, 9}) {
    ExpectOurs(AmongOthers(batch), 2);
  }
}

TEST_F(LowerWinograd, ConvolvesMapsOfBfloat16WithoutAmx) {
  constexpr double kBfloat16Tolerance = 2e-2;
  if (!HostCpu().avx512 || !MayUse(dnnl::cpu_isa::avx512_core)) {
    GTEST_SKIP() << "skipped: needs AVX-512";
  }
  const bool has_amx =
      HostCpu().amx_bf16 && MayUse(dnnl::cpu_isa::avx512_core_amx);
  const CompileOptions options = {.precision = Precision::kBfloat16};
  ExpectOurs(AmongOthers(2), has_amx ? 0 : 2, options, kBfloat16Tolerance);
  ExpectOurs(NetOf({.activation = "PRelu", .has_residual = true}),
             has_amx ? 0 : 1,
             options,
             kBfloat16Tolerance);
}

TEST_F(LowerWinograd, TellsTheSameWeightsOfOtherExtentsApart) {
  GraphBuilder net("net", RandomSource(5));
  const Value x = net.Input("x", {2, 32, 18, 18});
  const Value a = net.Relu(net.Conv(x, "a", {.out = 64, .pad = {1, 1}}));
  net.Output(net.Conv(a, "b", {.out = 32, .pad = {1, 1}}), "y");
  Graph graph = std::move(net).Build();
  graph.initializers.at("b.weight") =
      graph.initializers.at("a.weight").Reshaped({32, 64, 3, 3});
  ExpectOurs(graph, 2);
}

}  // namespace
}  // namespace mien::onednn
