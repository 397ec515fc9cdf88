// SPDX-License-Identifier: Apache-2.0
#include "detect/lane_net.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>

#include "nets/nets.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

std::vector<float> RandomValues(std::size_t count,
                                float deviation,
                                std::mt19937& random) {
  std::normal_distribution<float> normal(0.0F, deviation);
  std::vector<float> values(count);
  for (float& value : values) {
    value = normal(random);
  }
  return values;
}

// Every parameter random, biases and slopes too.
ParameterSource AllRandom() {
  return [random = std::mt19937(17)](const ParameterSpec& spec) mutable {
    const float deviation = spec.kind == ParameterKind::kConvWeight ||
                                    spec.kind == ParameterKind::kLinearWeight
                                ? 1 / std::sqrt(static_cast<float>(spec.fan_in))
                                : 0.4F;
    return Tensor::Float(
        spec.shape,
        RandomValues(static_cast<std::size_t>(NumElements(spec.shape)),
                     deviation,
                     random));
  };
}

// Output `name` of the plain loops.
std::vector<float> Expected(const std::map<std::string, Tensor>& outputs,
                            const std::string& name) {
  return outputs.at(name).ToFloats();
}

void ExpectEqualsReference(const Graph& graph, int side) {
  for (const LaneKernel* kernel : UsableLaneKernels()) {
    const auto net = LaneNet::FromGraph(graph, side, *kernel);
    ASSERT_TRUE(net) << kernel->name;
    std::mt19937 random(23);
    const Shape shape = {net->lanes(), 3, side, side};
    const auto crops = RandomValues(
        static_cast<std::size_t>(NumElements(shape)), 0.5F, random);
    const auto outputs =
        RunReference(graph, {{"input", Tensor::Float(shape, crops)}});
    ASSERT_TRUE(outputs) << outputs.error().message;
    LaneNet::Workspace got = net->CreateWorkspace();
    got.crops = crops;
    net->Run(got);
    const auto lanes = static_cast<std::size_t>(net->lanes());
    const auto expect_near = [&](const std::vector<float>& values,
                                 const std::string& name,
                                 std::size_t columns) {
      const auto expected = Expected(*outputs, name);
      for (std::size_t i = 0; i < columns * lanes; ++i) {
        const std::size_t lane = i % lanes;
        ASSERT_NEAR(values[i], expected[lane * columns + i / lanes], 1e-4F)
            << kernel->name << ", " << name << ", lane " << lane;
      }
    };
    expect_near(got.offsets, "box", 4);
    if (net->has_landmarks()) {
      expect_near(got.landmarks, "landmarks", 10);
    }
    const auto scores = Expected(*outputs, "score");
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      ASSERT_NEAR(got.scores[lane], scores[2 * lane + 1], 1e-5F)
          << kernel->name << ", lane " << lane;
    }
  }
}

TEST(LaneNet, RnetEqualsPlainLoopsWithEveryKernel) {
  ExpectEqualsReference(nets::Rnet(AllRandom()), 24);
}

TEST(LaneNet, OnetEqualsPlainLoopsWithEveryKernel) {
  ExpectEqualsReference(nets::Onet(AllRandom()), 48);
}

TEST(LaneNet, LeavesOtherNetsAlone) {
  const LaneKernel& kernel = BaselineLaneKernel();
  EXPECT_FALSE(LaneNet::FromGraph(nets::Pnet(AllRandom()), 12, kernel));
  // R-Net's hidden layer fits crops of 24 pixels only.
  EXPECT_FALSE(LaneNet::FromGraph(nets::Rnet(AllRandom()), 32, kernel));
  GraphBuilder padded("padded", AllRandom());
  const Value x = padded.Input("input", {kDynamicDim, 3, 24, 24});
  padded.Output(
      padded.Prelu(
          padded.Conv(x, "conv1", {.out = 8, .pad = {1, 1}, .bias = true}),
          "prelu1"),
      "score");
  EXPECT_FALSE(LaneNet::FromGraph(std::move(padded).Build(), 24, kernel));
}

}  // namespace
}  // namespace mien
