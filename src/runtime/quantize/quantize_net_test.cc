// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/quantize_net.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/onednn/compare_executors.h"

namespace mien::quantize {
namespace {

const Shape kShape = {1, 3, 8, 8};

/// Nine convolutions in a row.
Graph NineLayers() {
  GraphBuilder net("nine", onednn::RandomSource(5));
  Value x = net.Input("x", {1, 3, 8, 8});
  for (int i = 0; i < 9; ++i) {
    x = net.Relu(net.Conv(x,
                          "conv" + std::to_string(i),
                          {.out = 16, .kernel = {3, 3}, .pad = {1, 1}}));
  }
  net.Output(net.Flatten(net.GlobalAveragePool(x), 16), "y");
  return std::move(net).Build();
}

std::vector<std::vector<float>> Samples(int count) {
  std::vector<std::vector<float>> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(onednn::RandomFloats(3 * 8 * 8, unsigned(i + 1)));
  }
  return samples;
}

std::string MessageOf(const Result<QuantizedNet>& net) {
  return net ? "no error" : net.error().message;
}

TEST(QuantizeNet, KeepsTheMostSensitiveLayerUntilTheTargetIsReached) {
  int last_step = 0;
  int num_steps = 0;
  QuantizeOptions options;
  options.target_cosine = 0.99999999;  // out of reach: one of nine may stay
  options.on_progress = [&](int done, int total) {
    EXPECT_EQ(done, last_step + 1);
    last_step = done;
    num_steps = total;
  };
  const auto net = QuantizeNet(NineLayers(), kShape, Samples(16), options);
  ASSERT_TRUE(net) << net.error().message;
  EXPECT_EQ(last_step, num_steps);
  double most = 0.0;
  double most_kept = 0.0;
  int num_kept = 0;
  for (const LayerReport& layer : net->layers) {
    most = std::max(most, layer.error);
    most_kept = layer.is_kept ? layer.error : most_kept;
    num_kept += layer.is_kept ? 1 : 0;
  }
  EXPECT_EQ(num_kept, 1);
  EXPECT_EQ(most_kept, most);
  EXPECT_GT(net->agreement.mean_cosine, 0.99);
}

TEST(QuantizeNet, KeepsWhatIsNamed) {
  QuantizeOptions options;
  options.keep = {"conv0", "conv4"};
  const auto net = QuantizeNet(NineLayers(), kShape, Samples(8), options);
  ASSERT_TRUE(net) << net.error().message;
  for (const LayerReport& layer : net->layers) {
    EXPECT_EQ(layer.is_kept, layer.name == "conv0" || layer.name == "conv4");
    EXPECT_TRUE(std::isnan(layer.error)) << "measured for nothing";
  }
  options.keep = {"conv9"};
  EXPECT_EQ(MessageOf(QuantizeNet(NineLayers(), kShape, Samples(8), options)),
            "keep names 'conv9', which is no layer that could be quantised; "
            "the first is 'conv0'");
}

TEST(QuantizeNet, ComparesAllOutputs) {
  // The first output is the input's, which nothing rounds.
  GraphBuilder net("two", onednn::RandomSource(5));
  const Value x = net.Input("x", kShape);
  net.Output(net.Flatten(net.GlobalAveragePool(x), 3), "mean");
  const Value y = net.Conv(x, "conv", {.out = 16, .pad = {1, 1}});
  net.Output(net.Flatten(net.GlobalAveragePool(y), 16), "y");
  QuantizeOptions options;
  options.keep = std::set<std::string>();
  const auto quantized =
      QuantizeNet(std::move(net).Build(), kShape, Samples(8), options);
  ASSERT_TRUE(quantized) << quantized.error().message;
  EXPECT_LT(quantized->agreement.mean_cosine, 1.0);
  EXPECT_GT(quantized->agreement.mean_cosine, 0.99);
}

TEST(QuantizeNet, RefusesWhatItCannotDo) {
  EXPECT_EQ(MessageOf(QuantizeNet(NineLayers(), kShape, Samples(3), {})),
            "3 samples; calibration needs 4 at least");
  QuantizeOptions options;
  options.keep = std::set<std::string>();
  const auto once = QuantizeNet(NineLayers(), kShape, Samples(8), options);
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_EQ(MessageOf(QuantizeNet(once->graph, kShape, Samples(8), options)),
            "is quantised already");
}

}  // namespace
}  // namespace mien::quantize
