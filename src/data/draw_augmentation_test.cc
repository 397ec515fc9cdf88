// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "data/augment.h"

namespace mien {
namespace {

constexpr int kMany = 20000;

/// The share of many keys whose augmentation has `property`.
template <typename Property>
double ShareOf(const AugmentOptions& options, const Property& property) {
  int count = 0;
  for (int i = 0; i < kMany; ++i) {
    count += property(DrawAugmentation(options,
                                       {1, 2, static_cast<std::uint64_t>(i)}))
                 ? 1
                 : 0;
  }
  return static_cast<double>(count) / kMany;
}

TEST(DrawAugmentation, EqualKeysGiveEqualDraws) {
  const AugmentOptions options = *ParseAugmentation("strong");
  const Augmentation a = DrawAugmentation(options, {1, 2, 3});
  const Augmentation b = DrawAugmentation(options, {1, 2, 3});
  EXPECT_EQ(a.rotate_deg, b.rotate_deg);
  EXPECT_EQ(a.brightness, b.brightness);
  EXPECT_EQ(a.jpeg_quality, b.jpeg_quality);
}

TEST(DrawAugmentation, EveryPartOfTheKeyCounts) {
  AugmentOptions options;
  options.move = 1;
  const float angle = DrawAugmentation(options, {1, 2, 3}).rotate_deg;
  EXPECT_NE(DrawAugmentation(options, {9, 2, 3}).rotate_deg, angle);
  EXPECT_NE(DrawAugmentation(options, {1, 9, 3}).rotate_deg, angle);
  EXPECT_NE(DrawAugmentation(options, {1, 2, 9}).rotate_deg, angle);
  EXPECT_NE(DrawAugmentation(options, {2, 1, 3}).rotate_deg, angle);
}

TEST(DrawAugmentation, HappensAsOftenAsStated) {
  const AugmentOptions options;
  EXPECT_NEAR(
      ShareOf(options, [](const auto& a) { return a.flip; }), 0.5, 0.02);
  EXPECT_NEAR(
      ShareOf(options, [](const auto& a) { return a.scale != 1; }), 0.7, 0.02);
  EXPECT_NEAR(ShareOf(options, [](const auto& a) { return a.saturation == 0; }),
              0.05,
              0.01);
  EXPECT_NEAR(
      ShareOf(options, [](const auto& a) { return a.resolution_px > 0; }),
      0.15,
      0.02);
  EXPECT_NEAR(
      ShareOf(options, [](const auto& a) { return a.jpeg_quality > 0; }),
      0.15,
      0.02);
  EXPECT_NEAR(
      ShareOf(options, [](const auto& a) { return a.mask.has_value(); }),
      0.05,
      0.01);
}

TEST(DrawAugmentation, StaysWithinItsLimits) {
  const AugmentOptions options;
  EXPECT_EQ(ShareOf(options,
                    [](const Augmentation& a) {
                      const bool within =
                          std::abs(a.rotate_deg) <= 8 &&
                          std::abs(std::log(a.scale)) <= std::log(1.0801F) &&
                          std::abs(a.shift_px.x) <= 4 &&
                          std::abs(a.brightness) <= 32 && a.saturation >= 0 &&
                          a.saturation <= 1.5F && a.blur_sigma_px <= 1.5F &&
                          a.resolution_px <= 112 &&
                          (a.resolution_px == 0 || a.resolution_px >= 23.9F) &&
                          (a.jpeg_quality == 0 ||
                           (a.jpeg_quality >= 20 && a.jpeg_quality <= 90));
                      return within;
                    }),
            1.0);
}

TEST(DrawAugmentation, RectanglesLieInTheChip) {
  AugmentOptions options;
  options.rectangle = 1;
  EXPECT_EQ(ShareOf(options,
                    [](const Augmentation& a) {
                      const Box& box = a.rectangle->box;
                      return box.x0 >= 0 && box.y0 >= 0 && box.x1 <= 1.001F &&
                             box.y1 <= 1.001F && box.area() <= 0.201F &&
                             box.area() >= 0.019F;
                    }),
            1.0);
}

TEST(DrawAugmentation, NoneDoesNothing) {
  const AugmentOptions none = *ParseAugmentation("none");
  EXPECT_EQ(ShareOf(none,
                    [](const Augmentation& a) {
                      return a.flip || a.scale != 1 || a.contrast != 1 ||
                             a.saturation != 1 || a.blur_sigma_px > 0 ||
                             a.resolution_px > 0 || a.jpeg_quality > 0 ||
                             a.rectangle || a.mask;
                    }),
            0.0);
}

TEST(DrawAugmentation, FlipOnlyFlips) {
  const AugmentOptions flip = *ParseAugmentation("flip");
  EXPECT_NEAR(ShareOf(flip, [](const auto& a) { return a.flip; }), 0.5, 0.02);
  EXPECT_EQ(ShareOf(flip, [](const auto& a) { return a.scale != 1; }), 0.0);
}

TEST(AugmentOptions, KnownSetsAreValid) {
  for (const char* name : {"none", "flip", "standard", "strong"}) {
    EXPECT_TRUE(ParseAugmentation(name)->Validate()) << name;
  }
  EXPECT_FALSE(ParseAugmentation("wild"));
}

TEST(AugmentOptions, NamesTheFieldOutOfRange) {
  AugmentOptions options;
  options.jpeg = 1.5F;
  const auto valid = options.Validate();
  ASSERT_FALSE(valid);
  EXPECT_EQ(valid.error().message, "jpeg is 1.5; must be in [0, 1]");
}

TEST(AugmentOptions, RefusesWhatIsNoNumber) {
  AugmentOptions options;
  options.move = NAN;
  EXPECT_FALSE(options.Validate());
}

}  // namespace
}  // namespace mien
