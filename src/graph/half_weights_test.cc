// SPDX-License-Identifier: Apache-2.0
#include "graph/half_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "graph/half.h"
#include "graph/onnx_io.h"
#include "graph/opset.h"

namespace mien {
namespace {

/// y = x + w, with a bias of 4 numbers added beside.
Graph Sum(std::vector<float> weights) {
  Graph graph;
  const auto count = static_cast<std::int64_t>(weights.size());
  graph.inputs = {{.name = "x", .shape = {count}}};
  graph.outputs = {{.name = "y", .shape = {count}}, {.name = "z"}};
  graph.initializers = {{"w", Tensor::Float({count}, weights)},
                        {"b", Tensor::Float({1}, std::vector{0.1F})}};
  graph.nodes = {{.op_type = "Add", .inputs = {"x", "w"}, .outputs = {"y"}},
                 {.op_type = "Add", .inputs = {"x", "b"}, .outputs = {"z"}}};
  return graph;
}

std::vector<float> Ramp(float step) {
  std::vector<float> values;
  for (int i = 0; i < 2000; ++i) {
    values.push_back(step * static_cast<float>(i - 1000));
  }
  return values;
}

TEST(FloatFromHalf, IsExactForEveryHalf) {
  for (unsigned bits = 0; bits < 0x7C00U; ++bits) {
    const int exponent = static_cast<int>(bits >> 10U);
    const double fraction = bits & 0x3FFU;
    const double expected = exponent == 0
                                ? std::ldexp(fraction, -24)
                                : std::ldexp(1024.0 + fraction, exponent - 25);
    ASSERT_EQ(double{FloatFromHalf(static_cast<std::uint16_t>(bits))}, expected)
        << bits;
  }
}

TEST(HalfFromFloat, KeepsEveryHalf) {
  for (unsigned bits = 0; bits < 0x10000U; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = FloatFromHalf(half);
    if (!std::isnan(value)) {
      ASSERT_EQ(HalfFromFloat(value), half) << bits;
    }
  }
}

TEST(HalfFromFloat, RoundsToNearestTiesToEven) {
  for (unsigned bits = 0; bits < 0x7BFFU; ++bits) {
    const float low = FloatFromHalf(static_cast<std::uint16_t>(bits));
    const float high = FloatFromHalf(static_cast<std::uint16_t>(bits + 1));
    const float middle = (low + high) / 2.0F;  // exact: 12 bits of 24
    ASSERT_EQ(HalfFromFloat(middle), bits + bits % 2);
    ASSERT_EQ(HalfFromFloat(std::nextafter(middle, 0.0F)), bits);
    ASSERT_EQ(HalfFromFloat(std::nextafter(middle, 1e9F)), bits + 1);
  }
  EXPECT_EQ(HalfFromFloat(65519.0F), 0x7BFF);
  EXPECT_EQ(HalfFromFloat(-65520.0F), 0xFC00);
  EXPECT_TRUE(std::isnan(
      FloatFromHalf(HalfFromFloat(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(HalveWeights, StoresLargeConstantsInHalfTheSize) {
  const Graph halved = HalveWeights(Sum(Ramp(0.3F)));
  ASSERT_TRUE(halved.Validate());
  const Tensor& stored = halved.initializers.at("w.fp16");
  EXPECT_EQ(stored.type(), DataType::kFloat16);
  EXPECT_EQ(stored.bytes().size(), 4000U);
  EXPECT_EQ(halved.initializers.at("b").type(), DataType::kFloat32);
  EXPECT_TRUE(halved.nodes[0].Is("Cast"));
}

TEST(HalveWeights, IsReadBackAsConstants) {
  const Graph halved = HalveWeights(Sum(Ramp(0.3F)));
  const auto bytes = SerializeOnnx(halved);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto read = ParseOnnx(*bytes);
  ASSERT_TRUE(read) << read.error().message;
  const auto canonical = Canonicalize(*read);
  ASSERT_TRUE(canonical) << canonical.error().message;
  EXPECT_EQ(canonical->nodes.size(), 2U);
  const Tensor& weights = canonical->initializers.at("w");
  const auto values = weights.ToFloats();
  ASSERT_EQ(values.size(), 2000U);
  EXPECT_EQ(values[0], -300.0F);
  EXPECT_EQ(values[1], -299.75F);  // -299.7, to a multiple of 1/4
  EXPECT_EQ(weights.stored().bytes.size(), 4000U);  // not widened yet
}

TEST(HalveWeights, LeavesWhatHalvesCannotHold) {
  for (const float step : {100.0F, 1e-10F}) {
    const Graph halved = HalveWeights(Sum(Ramp(step)));
    EXPECT_EQ(halved.nodes.size(), 2U) << step;
    EXPECT_TRUE(halved.initializers.contains("w")) << step;
  }
}

TEST(WidenWeights, GivesFloatsBack) {
  const Graph graph = Sum(Ramp(0.25F));  // halves hold these exactly
  const Graph wide = WidenWeights(HalveWeights(graph));
  ASSERT_TRUE(wide.Validate());
  EXPECT_EQ(ModelId(wide), ModelId(graph));
  EXPECT_EQ(wide.initializers.size(), 2U);
}

TEST(WidenWeights, GivesTheIdOfTheFloats) {
  // More elements than are hashed at a time; halves hold them exactly.
  std::vector<float> weights(9001, 3.5F);
  std::ranges::copy(Ramp(0.25F), weights.begin() + 6000);
  const Graph graph = Sum(weights);
  const Graph wide = WidenWeights(HalveWeights(graph));
  EXPECT_EQ(wide.initializers.at("w").stored().type, DataType::kFloat16);
  EXPECT_EQ(ModelId(wide), ModelId(graph));
  EXPECT_EQ(*SerializeOnnx(wide), *SerializeOnnx(graph));
}

TEST(HalveWeights, HalvesOnce) {
  const Graph once = HalveWeights(Sum(Ramp(0.3F)));
  EXPECT_EQ(ModelId(HalveWeights(once)), ModelId(once));
}

}  // namespace
}  // namespace mien
