// SPDX-License-Identifier: Apache-2.0
#include "embed/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitIntoBatches, NothingNeedsNoBatch) {
  EXPECT_THAT(SplitIntoBatches(0, 16), IsEmpty());
}

TEST(SplitIntoBatches, TakesFullBatchesThenPowersOfTwo) {
  EXPECT_THAT(SplitIntoBatches(45, 16), ElementsAre(16, 16, 8, 4, 1));
}

TEST(SplitIntoBatches, TheLargestBatchNeedBeNoPowerOfTwo) {
  EXPECT_THAT(SplitIntoBatches(29, 12), ElementsAre(12, 12, 4, 1));
}

TEST(SplitIntoBatches, OneAtATime) {
  EXPECT_THAT(SplitIntoBatches(3, 1), ElementsAre(1, 1, 1));
}

}  // namespace
}  // namespace mien
