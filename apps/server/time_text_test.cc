// SPDX-License-Identifier: Apache-2.0
#include "time_text.h"

#include <gtest/gtest.h>

namespace mien::server {
namespace {

TEST(TimeText, WritesUtc) {
  EXPECT_EQ(TimeText(std::chrono::sys_seconds(std::chrono::seconds(0))),
            "1970-01-01T00:00:00Z");
  EXPECT_EQ(
      TimeText(std::chrono::sys_seconds(std::chrono::seconds(1'000'000'000))),
      "2001-09-09T01:46:40Z");
}

}  // namespace
}  // namespace mien::server
