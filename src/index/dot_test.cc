// SPDX-License-Identifier: Apache-2.0
#include "index/dot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace mien {
namespace {

TEST(Dot, SumsAllProductsOfWholeAndRemainingParts) {
  // 1 + 4 + ... + 19^2.
  std::vector<float> values;
  for (int i = 1; i <= 19; ++i) {
    values.push_back(static_cast<float>(i));
  }
  EXPECT_EQ(Dot(values, values), 2470.0);
}

TEST(Dot, KeepsWhatFloatWouldLose) {
  const std::array a = {1e8F, 1.0F, -1e8F};
  const std::array b = {1.0F, 1.0F, 1.0F};
  EXPECT_EQ(Dot(a, b), 1.0);
}

TEST(Normalize, LeavesTheRestOfTheOutputAlone) {
  std::array<float, 4> out = {9.0F, 9.0F, 9.0F, 9.0F};
  Normalize(std::array{3.0F, 4.0F}, out);
  EXPECT_THAT(out, testing::ElementsAre(0.6F, 0.8F, 9.0F, 9.0F));
}

}  // namespace
}  // namespace mien
