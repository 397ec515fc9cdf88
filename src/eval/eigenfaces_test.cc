// SPDX-License-Identifier: Apache-2.0
#include "eval/eigenfaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace mien {
namespace {

using testing::HasSubstr;

/// Waves of frequency `fx`, `fy`, and noise by `seed`.
Image Waves(double fx, double fy, unsigned seed) {
  std::mt19937 random(seed);
  Image chip(40, 40);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 40; ++x) {
      const double wave = 128.0 + 50.0 * std::sin(fx * x + fy * y);
      const double noise = static_cast<double>(random() % 61U) - 30.0;
      std::fill_n(
          chip.row(y) + 3 * x, 3, static_cast<std::uint8_t>(wave + noise));
    }
  }
  return chip;
}

/// `count` chips of each of eight people, who are waves.
std::vector<Image> People(unsigned count, unsigned seed) {
  std::vector<Image> chips;
  for (unsigned person = 0; person < 8; ++person) {
    for (unsigned i = 0; i < count; ++i) {
      chips.push_back(Waves(
          0.1 + 0.05 * person, 0.4 - 0.04 * person, seed + 100 * person + i));
    }
  }
  return chips;
}

TEST(EigenfaceMethod, TellsWhatItWasTrainedOnApart) {
  const EigenfaceMethod untrained;
  const auto training = untrained.Describe(People(20, 1));
  ASSERT_TRUE(training);
  std::vector<const Descriptor*> pointers;
  for (const Descriptor& descriptor : *training) {
    pointers.push_back(&descriptor);
  }
  const auto learned = untrained.Learn(pointers);
  ASSERT_TRUE(learned);
  ASSERT_TRUE(learned->has_value());
  const EigenfaceMethod method(**learned);
  const auto described = method.Describe(People(2, 5000));
  ASSERT_TRUE(described);
  EXPECT_EQ((*described)[0].size(), 128U);
  double mated = 0.0;
  double non_mated = 0.0;
  for (std::size_t a = 0; a < 16; a += 2) {
    for (std::size_t b = 1; b < 16; b += 2) {
      const auto similarity = static_cast<double>(
          method.Similarity((*described)[a], (*described)[b]));
      (b == a + 1 ? mated : non_mated) += similarity / (b == a + 1 ? 8 : 56);
    }
  }
  EXPECT_GT(mated, 0.2);
  EXPECT_LT(non_mated, 0.05);
}

TEST(EigenfaceMethod, IgnoresBrightnessAndContrast) {
  Image chip = Waves(0.2, 0.1, 4);
  Image darker = chip;
  for (std::uint8_t& sample : darker.pixels()) {
    sample = static_cast<std::uint8_t>(sample / 2 + 10);
  }
  const std::vector<Image> both = {chip, darker};
  const auto described = EigenfaceMethod().Describe(both);
  ASSERT_TRUE(described);
  EXPECT_GT(EigenfaceMethod().Similarity((*described)[0], (*described)[1]),
            0.99F);
}

TEST(EigenfaceMethod, NeedsEnoughToLearnFrom) {
  const Descriptor one(40 * 40, 1.0F);
  const std::vector<const Descriptor*> few(10, &one);
  const auto learned = EigenfaceMethod().Learn(few);
  ASSERT_FALSE(learned);
  EXPECT_THAT(learned.error().message, HasSubstr("10 samples"));
}

TEST(EigenfaceMethod, LearnsNothingWhenItKnowsItsAxes) {
  const EigenfaceMethod method(LinearProjection{.mean = {}, .rows = {}});
  const auto learned = method.Learn({});
  ASSERT_TRUE(learned);
  EXPECT_FALSE(learned->has_value());
}

TEST(EigenfaceMethod, RefusesChipsOfAnotherSize) {
  const std::vector<Image> chips = {Image(112, 112)};
  EXPECT_EQ(EigenfaceMethod().Describe(chips).error().code,
            ErrorCode::kInvalidImage);
}

}  // namespace
}  // namespace mien
