// SPDX-License-Identifier: Apache-2.0
#include "embed/chip_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

/// 2 x 1: red 10, green 20, blue 30; then 40, 50, 60.
Image TwoPixels() {
  Image chip(2, 1);
  for (std::size_t i = 0; i < 6; ++i) {
    chip.pixels()[i] = static_cast<std::uint8_t>(10 * (i + 1));
  }
  return chip;
}

std::vector<float> Input(const Image& chip,
                         const ModelContract& contract,
                         Mirror mirror = Mirror::kNo) {
  std::vector<float> planes(chip.pixels().size());
  ChipToInput(chip, contract, mirror, planes);
  return planes;
}

TEST(ChipInput, ScalesEachChannelByItsMeanAndDeviation) {
  ModelContract contract;
  contract.mean = {10.0F, 20.0F, 30.0F};
  contract.deviation = {1.0F, 2.0F, 10.0F};
  EXPECT_THAT(Input(TwoPixels(), contract), ElementsAre(0, 30, 0, 15, 0, 3));
}

TEST(ChipInput, PutsBlueFirstForModelsThatReadBgr) {
  ModelContract contract;
  contract.color_order = ColorOrder::kBgr;
  contract.mean = {30.0F, 20.0F, 10.0F};
  contract.deviation = {10.0F, 2.0F, 1.0F};
  EXPECT_THAT(Input(TwoPixels(), contract), ElementsAre(0, 3, 0, 15, 0, 30));
}

TEST(ChipInput, MirrorExchangesLeftAndRight) {
  ModelContract contract;
  contract.mean = {0.0F, 0.0F, 0.0F};
  contract.deviation = {1.0F, 1.0F, 1.0F};
  EXPECT_THAT(Input(TwoPixels(), contract, Mirror::kYes),
              ElementsAre(40, 10, 50, 20, 60, 30));
}

TEST(ChipInput, PrewhitenGivesMeanZeroAndDeviationOne) {
  ModelContract contract;
  contract.pixel_scaling = PixelScaling::kPrewhiten;
  // Mean 35, population variance 3500 / 12.
  const float step = 5.0F / std::sqrt(3500.0F / 12.0F);
  EXPECT_THAT(
      Input(TwoPixels(), contract),
      Pointwise(FloatNear(1e-6F),
                {-5 * step, step, -3 * step, 3 * step, -step, 5 * step}));
}

TEST(ChipInput, PrewhitenOfAnEvenChipIsZero) {
  ModelContract contract;
  contract.pixel_scaling = PixelScaling::kPrewhiten;
  Image chip(5, 3);
  std::ranges::fill(chip.pixels(), std::uint8_t{200});
  EXPECT_THAT(Input(chip, contract), testing::Each(0.0F));
}

TEST(ChipInput, RowsWiderThanAVectorKeepTheirOrder) {
  ModelContract contract;
  contract.mean = {0.0F, 0.0F, 0.0F};
  contract.deviation = {1.0F, 1.0F, 1.0F};
  Image chip(37, 2);
  for (std::size_t i = 0; i < chip.pixels().size(); ++i) {
    chip.pixels()[i] = static_cast<std::uint8_t>(i);
  }
  const std::vector<float> planes = Input(chip, contract);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::size_t pixel = 0; pixel < 74; ++pixel) {
      EXPECT_EQ(planes[channel * 74 + pixel],
                static_cast<float>((3 * pixel + channel) % 256));
    }
  }
}

}  // namespace
}  // namespace mien
