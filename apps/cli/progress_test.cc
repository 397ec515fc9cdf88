// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <gtest/gtest.h>

namespace mien::cli {
namespace {

using std::chrono::seconds;

TEST(ProgressText, ShowsShareRateAndTimeLeft) {
  EXPECT_EQ(ProgressText(250, 1000, seconds(100)),
            "[######..................]  250/1000  2.5/s  5:00 left");
}

TEST(ProgressText, CountsHoursWhenThereAreSome) {
  EXPECT_EQ(ProgressText(1, 7201, seconds(1)),
            "[........................]  1/7201  1.0/s  2:00:00 left");
}

TEST(ProgressText, KnowsNoRateBeforeTheFirst) {
  EXPECT_EQ(ProgressText(0, 10, seconds(5)),
            "[........................]  0/10");
}

}  // namespace
}  // namespace mien::cli
