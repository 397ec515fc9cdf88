// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/pnet.h"
#include "graph/builder.h"

namespace mien {
namespace {

using testing::HasSubstr;

// Each parameter filled with a number of its own.
ParameterSource Numbered() {
  return [next = 0.0F](const ParameterSpec& spec) mutable {
    next += 1.0F;
    const std::vector<float> values(
        static_cast<std::size_t>(NumElements(spec.shape)), next);
    return Tensor::Float(spec.shape, values);
  };
}

Graph SmallPnet(bool offsets_first, bool ceil_mode) {
  GraphBuilder net("pnet", Numbered());
  Value x = net.Input("input", {kDynamicDim, 3, kDynamicDim, kDynamicDim});
  x = net.Prelu(net.Conv(x, "conv1", {.out = 10, .bias = true}), "prelu1");
  x = net.MaxPool(x, {.ceil_mode = ceil_mode});
  x = net.Prelu(net.Conv(x, "conv2", {.out = 16, .bias = true}), "prelu2");
  x = net.Prelu(net.Conv(x, "conv3", {.out = 32, .bias = true}), "prelu3");
  const ConvSpec score = {.out = 2, .kernel = {1, 1}, .bias = true};
  const ConvSpec offsets = {.out = 4, .kernel = {1, 1}, .bias = true};
  if (offsets_first) {
    net.Output(net.Conv(x, "conv4_2", offsets), "box");
  }
  net.Output(net.Softmax(net.Conv(x, "conv4_1", score), 1), "score");
  if (!offsets_first) {
    net.Output(net.Conv(x, "conv4_2", offsets), "box");
  }
  return std::move(net).Build();
}

TEST(PnetWeights, AreTakenLayerByLayer) {
  const auto weights = PnetWeightsFromGraph(SmallPnet(false, true));
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(weights->conv1.weight.size(), 270U);
  EXPECT_EQ(weights->conv1.weight[0], 1.0F);
  EXPECT_EQ(weights->conv1.bias[0], 2.0F);
  EXPECT_EQ(weights->conv1.slope[0], 3.0F);
  EXPECT_EQ(weights->conv2.weight[0], 4.0F);
  EXPECT_EQ(weights->conv3.slope[0], 9.0F);
  EXPECT_EQ(weights->score_weight[0], 10.0F);
  EXPECT_EQ(weights->offset_bias[0], 13.0F);
}

TEST(PnetWeights, TakeTheHeadsInEitherOrder) {
  const auto weights = PnetWeightsFromGraph(SmallPnet(true, true));
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(weights->offset_weight[0], 10.0F);
  EXPECT_EQ(weights->score_weight[0], 12.0F);
}

TEST(PnetWeights, RefuseAPoolingThatRoundsDown) {
  const auto weights = PnetWeightsFromGraph(SmallPnet(false, false));
  ASSERT_FALSE(weights);
  EXPECT_EQ(weights.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(weights.error().message, HasSubstr("pooling"));
}

TEST(PnetWeights, RefuseAnotherNet) {
  GraphBuilder net("other", Numbered());
  const Value x = net.Input("input", {1, 3, 24, 24});
  net.Output(net.Conv(x, "conv1", {.out = 10, .bias = true}), "y");
  const auto weights = PnetWeightsFromGraph(std::move(net).Build());
  ASSERT_FALSE(weights);
  EXPECT_THAT(weights.error().message, HasSubstr("1 convolutions"));
}

}  // namespace
}  // namespace mien
