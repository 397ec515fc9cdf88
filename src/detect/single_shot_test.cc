// SPDX-License-Identifier: Apache-2.0
#include "detect/single_shot.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(FitInput, ShrinksTheLongerSideAndRoundsUp) {
  EXPECT_EQ(FitInput(1920, 1080, 640), (InputExtent{640, 384}));
  EXPECT_EQ(FitInput(1080, 1920, 640), (InputExtent{384, 640}));
}

TEST(FitInput, NeverEnlargesButToTheNextStep) {
  EXPECT_EQ(FitInput(250, 250, 640), (InputExtent{256, 256}));
  EXPECT_EQ(FitInput(3, 1, 640), (InputExtent{64, 64}));
}

TEST(FitInput, KeepsThinPicturesAtOneStep) {
  EXPECT_EQ(FitInput(50'000, 20, 640), (InputExtent{640, 64}));
}

}  // namespace
}  // namespace mien
