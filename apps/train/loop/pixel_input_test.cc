// SPDX-License-Identifier: Apache-2.0
#include "train/loop/pixel_input.h"

#include <gtest/gtest.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

ModelContract Contract() {
  ModelContract contract;
  contract.mean = {10.0F, 20.0F, 30.0F};
  contract.deviation = {2.0F, 4.0F, 5.0F};
  return contract;
}

Tensor OnePixel() {
  return torch::tensor({12, 40, 20}, torch::kUInt8).reshape({1, 1, 1, 3});
}

TEST(NetworkInput, ScalesEachChannel) {
  const Tensor x = NetworkInput(OnePixel(), Contract());
  EXPECT_EQ(x.sizes(), (std::vector<std::int64_t>{1, 3, 1, 1}));
  EXPECT_TRUE(at::equal(x.flatten(), torch::tensor({1.0F, 5.0F, -2.0F})));
}

TEST(NetworkInput, TurnsTheColourOrderRound) {
  ModelContract contract = Contract();
  contract.color_order = ColorOrder::kBgr;
  const Tensor x = NetworkInput(OnePixel(), contract);
  EXPECT_TRUE(at::equal(x.flatten(), torch::tensor({5.0F, 5.0F, -3.6F})));
}

TEST(NetworkInput, RefusesPrewhitening) {
  ModelContract contract = Contract();
  contract.pixel_scaling = PixelScaling::kPrewhiten;
  EXPECT_THROW(NetworkInput(OnePixel(), contract), TrainError);
}

}  // namespace
}  // namespace mien::train
