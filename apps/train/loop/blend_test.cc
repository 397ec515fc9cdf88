// SPDX-License-Identifier: Apache-2.0
#include "train/loop/blend.h"

#include <gtest/gtest.h>

namespace mien::train {
namespace {

/// 200 chips of one level each: 0, 1, 2, ...
Tensor Chips() {
  return torch::arange(200)
      .view({200, 1, 1, 1})
      .expand({200, 2, 2, 3})
      .to(torch::kUInt8);
}

TEST(Blend, TakesUpToHalfOfTheNeighbour) {
  const Tensor difference = Chips() - Blend(Chips(), 1.0, 1, 0);
  const Tensor taken = difference.slice(0, 1);  // each neighbour is 1 less
  EXPECT_GE(taken.min().item<float>(), 0.0F);
  EXPECT_LE(taken.max().item<float>(), 0.5F);
  EXPECT_NEAR(taken.mean().item<float>(), 0.25F, 0.03F);
}

TEST(Blend, LeavesTheOthersAsTheyAre) {
  const Tensor blended = Blend(Chips(), 0.3, 1, 0);
  const double changed = blended.ne(Chips())
                             .flatten(1)
                             .any(1)
                             .to(torch::kFloat64)
                             .mean()
                             .item<double>();
  EXPECT_NEAR(changed, 0.3, 0.1);
  EXPECT_TRUE(
      at::equal(Blend(Chips(), 0.0, 1, 0), Chips().to(torch::kFloat32)));
}

TEST(Blend, DependsOnSeedAndStepAlone) {
  const Tensor first = Blend(Chips(), 0.5, 1, 7);
  EXPECT_TRUE(at::equal(Blend(Chips(), 0.5, 1, 7), first));
  EXPECT_FALSE(at::equal(Blend(Chips(), 0.5, 1, 8), first));
  EXPECT_FALSE(at::equal(Blend(Chips(), 0.5, 2, 7), first));
}

}  // namespace
}  // namespace mien::train
