// SPDX-License-Identifier: Apache-2.0
#include "detect/crop_net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BatchSizes, FillTheLadderFromTheTop) {
  EXPECT_THAT(BatchSizes(0), IsEmpty());
  EXPECT_THAT(BatchSizes(1), ElementsAre(1));
  EXPECT_THAT(BatchSizes(32), ElementsAre(16, 16));
  EXPECT_THAT(BatchSizes(21), ElementsAre(16, 4, 1));
}

TEST(BatchSizes, LeaveAtMostAQuarterEmpty) {
  EXPECT_THAT(BatchSizes(3), ElementsAre(4));
  EXPECT_THAT(BatchSizes(2), ElementsAre(1, 1));
  EXPECT_THAT(BatchSizes(12), ElementsAre(16));
  EXPECT_THAT(BatchSizes(11), ElementsAre(4, 4, 4));
}

}  // namespace
}  // namespace mien
