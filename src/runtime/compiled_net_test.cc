// SPDX-License-Identifier: Apache-2.0
#include "runtime/compiled_net.h"

#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include <optional>
#include <thread>

#include "core/cpu.h"
#include "runtime/fused_ops.h"
#include "runtime/onednn/compare_executors.h"

namespace mien {
namespace {

using onednn::ExpectEqualsReference;
using onednn::RandomSource;
using onednn::RandomTensor;

/// Builds a net of one input [2, 12, 9, 10] and hands it to `body`, which
/// returns the output.
template <typename Body>
Graph NetOf(Body body, Shape input = {2, 12, 9, 10}) {
  GraphBuilder net("test", RandomSource(3));
  const Value x = net.Input("x", std::move(input));
  net.Output(body(net, x), "y");
  return std::move(net).Build();
}

/// One node of the runtime's own domain on input x [2, 12, 9, 10].
Graph FusedConvNet(const std::string& activation, bool has_residual) {
  Graph graph;
  graph.name = "fused";
  graph.inputs = {{"x", DataType::kFloat32, {2, 12, 9, 10}, {}},
                  {"r", DataType::kFloat32, {2, 20, 9, 10}, {}}};
  graph.outputs = {{"y", DataType::kFloat32, {2, 20, 9, 10}, {}}};
  graph.initializers["w"] = RandomTensor({20, 12, 3, 3}, 1);
  graph.initializers["b"] = RandomTensor({20}, 2);
  graph.initializers["s"] = RandomTensor({20}, 3);
  Node node;
  node.name = "conv";
  node.op_type = kFusedConv;
  node.domain = kMienDomain;
  node.inputs = {
      "x", "w", "b", has_residual ? "r" : "", activation == "PRelu" ? "s" : ""};
  node.outputs = {"y"};
  node.attributes = {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}},
                     {"activation", activation},
                     {"alpha", 0.2F},
                     {"beta", 0.7F}};
  graph.nodes = {node};
  return graph;
}

class FusedConvTest
    : public testing::TestWithParam<std::tuple<std::string, bool>> {};

TEST_P(FusedConvTest, EqualsReference) {
  const auto& [activation, has_residual] = GetParam();
  ExpectEqualsReference(FusedConvNet(activation, has_residual), {});
}

INSTANTIATE_TEST_SUITE_P(Activations,
                         FusedConvTest,
                         testing::Combine(testing::Values("",
                                                          "Relu",
                                                          "LeakyRelu",
                                                          "PRelu",
                                                          "Clip",
                                                          "Sigmoid",
                                                          "Tanh",
                                                          "HardSigmoid",
                                                          "HardSwish",
                                                          "Swish"),
                                          testing::Bool()));

TEST(CompiledNet, ConvolvesWithStridesPadsAndGroups) {
  for (const int groups : {1, 2, 12}) {
    for (const int stride : {1, 2}) {
      for (const std::array<int, 2> kernel :
           {std::array{1, 1}, std::array{3, 3}, std::array{1, 7}}) {
        ExpectEqualsReference(NetOf([&](GraphBuilder& net, const Value& x) {
                                return net.Conv(
                                    x,
                                    "conv",
                                    {.out = 24,
                                     .kernel = kernel,
                                     .stride = {stride, stride},
                                     .pad = {kernel[0] / 2, kernel[1] / 2},
                                     .groups = groups,
                                     .bias = stride == 1});
                              }),
                              {});
      }
    }
  }
}

// Large enough for Winograd's algorithm where oneDNN has it (AVX-512).
TEST(CompiledNet, ConvolvesLargeImagesBy3x3Kernels) {
  ExpectEqualsReference(
      NetOf(
          [](GraphBuilder& net, const Value& x) {
            const Value a =
                net.Relu(net.Conv(x, "a", {.out = 32, .pad = {1, 1}}));
            const Value b =
                net.Conv(a, "b", {.out = 32, .pad = {1, 1}, .bias = true});
            const Value c = net.Conv(x, "c", {.out = 16, .kernel = {1, 1}});
            return net.Concat({net.Relu(net.Add(a, b)), c});
          },
          {3, 16, 21, 18}),
      {});
}

TEST(CompiledNet, AddsAResidualThatIsReadAgainLater) {
  ExpectEqualsReference(
      NetOf([](GraphBuilder& net, const Value& x) {
        const Value a = net.Relu(net.Conv(x, "a", {.out = 16, .pad = {1, 1}}));
        const Value b =
            net.Relu(net.Add(a, net.Conv(a, "b", {.out = 16, .pad = {1, 1}})));
        const Value c = net.Conv(b, "c", {.out = 16, .pad = {1, 1}});
        return net.Add(net.Add(b, c), a);
      }),
      {});
}

TEST(CompiledNet, ScalesAndAddsResiduals) {
  ExpectEqualsReference(
      NetOf([](GraphBuilder& net, const Value& x) {
        const Value a = net.Conv(x, "a", {.out = 12, .kernel = {1, 1}});
        return net.Relu(net.AddScaled(x, a, 0.17F));
      }),
      {});
}

TEST(CompiledNet, Pools) {
  for (const bool ceil_mode : {false, true}) {
    ExpectEqualsReference(
        NetOf([&](GraphBuilder& net, const Value& x) {
          const Value a = net.Conv(x, "a", {.out = 20, .kernel = {1, 1}});
          return net.MaxPool(
              a, {.kernel = 3, .stride = 2, .ceil_mode = ceil_mode});
        }),
        {});
  }
  ExpectEqualsReference(NetOf([](GraphBuilder& net, const Value& x) {
                          return net.GlobalAveragePool(x);
                        }),
                        {});
  for (const std::int64_t counts_pad : {0, 1}) {
    ExpectEqualsReference(
        NetOf([&](GraphBuilder& net, const Value& x) {
          return net.Op("AveragePool",
                        {x},
                        {{"kernel_shape", std::vector<std::int64_t>{3, 2}},
                         {"strides", std::vector<std::int64_t>{2, 2}},
                         {"pads", std::vector<std::int64_t>{1, 0, 1, 1}},
                         {"count_include_pad", counts_pad}},
                        12);
        }),
        {});
  }
}

TEST(CompiledNet, ConcatenatesBranchesOfAnyWidth) {
  for (const int width : {16, 10, 1}) {
    ExpectEqualsReference(
        NetOf([&](GraphBuilder& net, const Value& x) {
          const Value a = net.Conv(x, "a", {.out = width, .kernel = {1, 1}});
          const Value b = net.Conv(x, "b", {.out = 32, .pad = {1, 1}});
          return net.Conv(net.Concat({a, b, a}), "c", {.out = 8});
        }),
        {});
  }
}

TEST(CompiledNet, JoinsRowMajorAndConvolvedParts) {
  ExpectEqualsReference(
      NetOf([](GraphBuilder& net, const Value& x) {
        const Value a = net.Conv(x, "a", {.out = 16, .pad = {1, 1}});
        return net.Concat({x, a});
      }),
      {});
}

TEST(CompiledNet, MultipliesMatrices) {
  ExpectEqualsReference(NetOf(
                            [](GraphBuilder& net, const Value& x) {
                              const Value a = net.Flatten(
                                  net.Conv(x, "a", {.out = 7}), 7 * 4 * 3);
                              return net.L2Normalize(net.Linear(
                                  a, "fc", 33, GraphBuilder::Bias::kYes));
                            },
                            {3, 5, 6, 5}),
                        {});
}

TEST(CompiledNet, NormalisesAndActivates) {
  ExpectEqualsReference(NetOf([](GraphBuilder& net, const Value& x) {
                          Value y = net.BatchNorm(x, "bn", 1e-3F);
                          y = net.Prelu(y, "prelu");
                          y = net.Conv(y, "conv", {.out = 12, .pad = {1, 1}});
                          y = net.Clip(net.Prelu(y, "prelu2"), -0.5F, 0.4F);
                          return net.Softmax(net.Sigmoid(y), 1);
                        }),
                        {});
}

TEST(CompiledNet, EnlargesByNearestNeighbour) {
  ExpectEqualsReference(
      NetOf([](GraphBuilder& net, const Value& x) {
        const Value a = net.Conv(x, "a", {.out = 16, .kernel = {1, 1}});
        return net.Upsample(a, 2);
      }),
      {});
}

TEST(CompiledNet, DecodesADetectorsTail) {
  ExpectEqualsReference(
      NetOf([](GraphBuilder& net, const Value& x) {
        Value y = net.Conv(x, "head", {.out = 8, .pad = {1, 1}, .bias = true});
        y = net.Reshape(net.Transpose(y, {0, 2, 3, 1}), {2, -1, 4});
        const Value rows = net.Constant("rows", RandomTensor({1, 180, 4}, 8));
        const Value half = net.Constant("half", Tensor::Float({2}, {{.5F, 2}}));
        y = net.Add(net.Mul(y, rows), rows);
        const auto part =
            [&](std::int64_t from, std::int64_t to, const char* name) {
              return net.Op("Slice",
                            {y,
                             net.Constant(std::string(name) + ".s",
                                          Tensor::Int64({1}, {{from}})),
                             net.Constant(std::string(name) + ".e",
                                          Tensor::Int64({1}, {{to}})),
                             net.Constant(std::string(name) + ".a",
                                          Tensor::Int64({1}, {{2}})),
                             net.Constant(std::string(name) + ".t",
                                          Tensor::Int64({1}, {{1}}))},
                            {},
                            0);
            };
        const Value size = net.Op("Exp", {part(2, 4, "size")}, {}, 0);
        const Value centre = net.Mul(part(0, 2, "centre"), half);
        return net.Concat({net.Op("Sub", {centre, size}, {}, 0), size}, 2);
      }),
      {});
}

TEST(CompiledNet, GivesAnInputBackAsAnOutput) {
  GraphBuilder net("identity", RandomSource(1));
  const Value x = net.Input("x", {1, 3, 4, 4});
  net.Output(net.Dropout(x, 0.5F), "y");
  net.Output(net.Relu(x), "z");
  ExpectEqualsReference(std::move(net).Build(), {});
}

TEST(CompiledNet, FixesFreeExtents) {
  const Graph graph =
      NetOf([](GraphBuilder& net,
               const Value& x) { return net.Conv(x, "a", {.out = 4}); },
            {kDynamicDim, 3, kDynamicDim, kDynamicDim});
  ExpectEqualsReference(graph, {.input_shapes = {{"x", {2, 3, 8, 7}}}});
}

TEST(CompiledNet, RunsOnSeveralOpenMpThreads) {
  ExpectEqualsReference(
      NetOf([](GraphBuilder& net, const Value& x) {
        return net.Relu(net.Conv(x, "a", {.out = 64, .pad = {1, 1}}));
      }),
      {.num_threads = 2});
}

/// Convolutions, a residual, a concatenation and a linear layer.
Graph MixedNet() {
  return NetOf([](GraphBuilder& net, const Value& x) {
    const Value a =
        net.Prelu(net.Conv(x, "a", {.out = 16, .pad = {1, 1}}), "p");
    const Value b = net.Conv(a, "b", {.out = 16, .pad = {1, 1}});
    const Value c = net.Relu(net.Add(a, b));
    const Value d = net.GlobalAveragePool(net.Concat({c, a}));
    return net.Linear(net.Flatten(d, 32), "fc", 5, GraphBuilder::Bias::kYes);
  });
}

TEST(CompiledNet, RunsInSeveralThreadsAtOnce) {
  const auto net = CompiledNet::Compile(MixedNet(), {});
  ASSERT_TRUE(net) << net.error().message;
  const auto run = [&](unsigned seed) {
    Workspace workspace = (*net)->CreateWorkspace();
    const auto values = onednn::RandomFloats(2 * 12 * 9 * 10, seed);
    std::vector<float> answer;
    for (int round = 0; round < 20; ++round) {
      std::ranges::copy(values, workspace.input(0).begin());
      (*net)->Run(workspace);
      const auto output = workspace.output(0);
      answer.assign(output.begin(), output.end());
    }
    return answer;
  };
  std::vector<std::vector<float>> alone;
  for (unsigned seed = 0; seed < 4; ++seed) {
    alone.push_back(run(seed));
  }
  std::vector<std::vector<float>> together(4);
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] { together[seed] = run(seed); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(together, alone);
}

TEST(CompiledNet, OutlivedByItsWorkspaceStaysUsable) {
  std::optional<Workspace> workspace;
  {
    const auto net = CompiledNet::Compile(MixedNet(), {});
    ASSERT_TRUE(net) << net.error().message;
    workspace = (*net)->CreateWorkspace();
  }
  EXPECT_EQ(workspace->input(0).size(), 2U * 12 * 9 * 10);
}

TEST(CompiledNet, TimesAndDescribesEachLayer) {
  const auto net = CompiledNet::Compile(
      NetOf([](GraphBuilder& builder, const Value& x) {
        return builder.Conv(x, "conv", {.out = 24, .pad = {1, 1}});
      }),
      {});
  ASSERT_TRUE(net) << net.error().message;
  Workspace workspace = (*net)->CreateWorkspace();
  std::vector<double> layer_us;
  (*net)->RunTimed(workspace, layer_us);
  EXPECT_EQ(layer_us.size(), (*net)->layers().size());
  double flops = 0.0;
  for (const LayerInfo& layer : (*net)->layers()) {
    flops += layer.flops;
    EXPECT_FALSE(layer.implementation.empty());
  }
  // 24 x 9 x 10 x 2 outputs of 12 x 3 x 3 products and sums.
  EXPECT_DOUBLE_EQ(flops, 2.0 * 12 * 3 * 3 * 24 * 9 * 10 * 2);
}

TEST(CompiledNet, KeepsTheCallersNumberOfOpenMpThreads) {
  const auto net = CompiledNet::Compile(MixedNet(), {.num_threads = 2});
  ASSERT_TRUE(net) << net.error().message;
  Workspace workspace = (*net)->CreateWorkspace();
  omp_set_num_threads(7);
  (*net)->Run(workspace);
  EXPECT_EQ(omp_get_max_threads(), 7);
}

TEST(CompiledNet, ComputesInBf16WhereTheCpuCan) {
  if (!HostCpu().avx512 ||
      dnnl_get_effective_cpu_isa() < dnnl_cpu_isa_avx512_core_bf16) {
    GTEST_SKIP() << "bf16 needs AVX-512 BF16";
  }
  ExpectEqualsReference(MixedNet(), {.precision = Precision::kBfloat16}, 2e-2);
  const auto net =
      CompiledNet::Compile(MixedNet(), {.precision = Precision::kBfloat16});
  ASSERT_TRUE(net) << net.error().message;
  EXPECT_EQ((*net)->precision(), Precision::kBfloat16);
  const auto& layers = (*net)->layers();
  EXPECT_EQ(std::ranges::count_if(layers,
                                  [](const LayerInfo& layer) {
                                    return layer.flops > 0.0 &&
                                           layer.precision ==
                                               Precision::kBfloat16;
                                  }),
            3);
}

TEST(CompiledNet, NamesTheFieldThatIsOutOfRange) {
  const Graph graph =
      NetOf([](GraphBuilder& net, const Value& x) { return net.Relu(x); });
  const auto net = CompiledNet::Compile(graph, {.num_threads = 0});
  ASSERT_FALSE(net);
  EXPECT_EQ(net.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(net.error().message, "num_threads is 0; must be >= 1");
}

}  // namespace
}  // namespace mien
