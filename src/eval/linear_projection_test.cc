// SPDX-License-Identifier: Apache-2.0
#include "eval/linear_projection.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(LinearProjection, SubtractsTheMeanAndMultiplies) {
  const LinearProjection projection = {.mean = {1.0F, 2.0F},
                                       .rows = {1.0F, 1.0F, 0.0F, -2.0F}};
  const std::vector<float> x = {4.0F, 6.0F};
  EXPECT_EQ(projection.Apply(x), (std::vector<float>{7.0F, -8.0F}));
}

TEST(LinearProjection, IsTheIdentityWithoutRows) {
  const LinearProjection projection = {.mean = {1.0F, 2.0F}, .rows = {}};
  const std::vector<float> x = {4.0F, 6.0F};
  EXPECT_EQ(projection.Apply(x), (std::vector<float>{3.0F, 4.0F}));
}

TEST(MeanOf, AveragesEachComponent) {
  const std::vector<float> a = {1.0F, -1.0F};
  const std::vector<float> b = {2.0F, 5.0F};
  const std::vector<const std::vector<float>*> both = {&a, &b};
  EXPECT_EQ(MeanOf(both), (std::vector<float>{1.5F, 2.0F}));
  EXPECT_TRUE(MeanOf({}).empty());
}

}  // namespace
}  // namespace mien
