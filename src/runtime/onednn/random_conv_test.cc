// SPDX-License-Identifier: Apache-2.0
//
// Convolutions of random shapes, one a net: whatever implementation takes them,
// the answers are those of the reference executor. oneDNN's have been found
// wrong at shapes that nobody would write down (see IsBroken()).
#include <array>
#include <random>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "runtime/fused_ops.h"
#include "runtime/onednn/compare_executors.h"

namespace mien::onednn {
namespace {

constexpr int kNetsPerSeed = 10;

/// One axis of the map.
struct Axis {
  std::int64_t in = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad_begin = 0;
  std::int64_t pad_end = 0;

  /// Below 1 where the kernel does not fit.
  [[nodiscard]] std::int64_t Out() const {
    const std::int64_t room =
        in + pad_begin + pad_end - (kernel - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
  }
};

class RandomConv {
 public:
  explicit RandomConv(unsigned seed) : random_(seed) {}

  std::int64_t Below(std::int64_t count) {
    return static_cast<std::int64_t>(random_() % static_cast<unsigned>(count));
  }

  Graph Build() {
    const Axis y = MakeAxis();
    const Axis x = MakeAxis();
    const std::int64_t batch = 1 + Below(9);
    const std::int64_t groups = Below(3) == 0 ? 1 + Below(3) : 1;
    const std::int64_t in = groups * (1 + Below(40));
    const std::int64_t out = groups * (1 + Below(40));
    const Shape output = {batch, out, y.Out(), x.Out()};
    Graph graph;
    graph.name = "random";
    graph.inputs = {{"x", DataType::kFloat32, {batch, in, y.in, x.in}, {}}};
    graph.outputs = {{"y", DataType::kFloat32, output, {}}};
    graph.initializers["w"] =
        RandomTensor({out, in / groups, y.kernel, x.kernel}, 1);
    graph.initializers["b"] = RandomTensor({out}, 2);
    graph.initializers["s"] = RandomTensor({out}, 3);
    const bool adds = Below(2) == 0;
    if (adds) {
      graph.inputs.push_back({"r", DataType::kFloat32, output, {}});
    }
    const auto activation = kActivations[static_cast<std::size_t>(Below(4))];
    Node node;
    node.name = "conv";
    node.op_type = kFusedConv;
    node.domain = kMienDomain;
    node.inputs = {"x",
                   "w",
                   Below(2) == 0 ? "b" : "",
                   adds ? "r" : "",
                   activation == "PRelu" ? "s" : ""};
    node.outputs = {"y"};
    node.attributes = {
        {"pads",
         std::vector<std::int64_t>{
             y.pad_begin, x.pad_begin, y.pad_end, x.pad_end}},
        {"strides", std::vector<std::int64_t>{y.stride, x.stride}},
        {"dilations", std::vector<std::int64_t>{y.dilation, x.dilation}},
        {"group", groups},
        {"activation", std::string(activation)},
        {"alpha", 0.2F}};
    graph.nodes = {node};
    return graph;
  }

 private:
  static constexpr std::array<std::string_view, 4> kActivations = {
      "", "Relu", "LeakyRelu", "PRelu"};

  /// Of any shape that has an output.
  Axis MakeAxis() {
    Axis axis;
    do {
      axis = {.in = 1 + Below(33),
              .kernel = 1 + Below(5),
              .stride = 1 + Below(3),
              .dilation = 1 + Below(2),
              .pad_begin = Below(5),
              .pad_end = Below(5)};
    } while (axis.Out() < 1);
    return axis;
  }

  std::mt19937 random_;
};

class RandomConvTest : public testing::TestWithParam<unsigned> {};

TEST_P(RandomConvTest, EqualsReference) {
  RandomConv random(GetParam());
  for (int i = 0; i < kNetsPerSeed; ++i) {
    const Graph graph = random.Build();
    SCOPED_TRACE("net " + std::to_string(i));
    ExpectEqualsReference(
        graph, {.num_threads = 1 + static_cast<int>(random.Below(2))});
  }
}

TEST_P(RandomConvTest, EqualsReferenceInBfloat16) {
  if (!HostCpu().avx512) {
    GTEST_SKIP() << "skipped: needs AVX-512";
  }
  constexpr double kBfloat16Tolerance = 2e-2;
  RandomConv random(GetParam());
  for (int i = 0; i < kNetsPerSeed; ++i) {
    SCOPED_TRACE("net " + std::to_string(i));
    ExpectEqualsReference(random.Build(),
                          {.precision = Precision::kBfloat16},
                          kBfloat16Tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomConvTest, testing::Range(1U, 31U));

}  // namespace
}  // namespace mien::onednn
