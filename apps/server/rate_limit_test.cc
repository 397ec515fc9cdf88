// SPDX-License-Identifier: Apache-2.0
#include "rate_limit.h"

#include <gtest/gtest.h>

namespace mien::server {
namespace {

using std::chrono::milliseconds;

int NumAllowed(RateLimit& limit,
               std::string_view client,
               RateLimit::Time now,
               int tries) {
  int allowed = 0;
  for (int i = 0; i < tries; ++i) {
    allowed += limit.Allow(client, now) ? 1 : 0;
  }
  return allowed;
}

TEST(RateLimit, AllowsTwiceItsRateAtOnce) {
  RateLimit limit(5);
  EXPECT_EQ(NumAllowed(limit, "a", {}, 20), 10);
}

TEST(RateLimit, FillsUpWithTime) {
  RateLimit limit(5);
  const RateLimit::Time start;
  NumAllowed(limit, "a", start, 20);
  EXPECT_EQ(NumAllowed(limit, "a", start + milliseconds(1000), 20), 5);
}

TEST(RateLimit, CountsEachClientByItself) {
  RateLimit limit(1);
  NumAllowed(limit, "a", {}, 20);
  EXPECT_EQ(NumAllowed(limit, "b", {}, 20), 2);
}

TEST(RateLimit, ZeroAllowsEverything) {
  RateLimit limit(0);
  EXPECT_EQ(NumAllowed(limit, "a", {}, 1000), 1000);
}

TEST(RateLimit, RemembersABusyClientAmongManyQuietOnes) {
  RateLimit limit(1);
  const RateLimit::Time start;
  NumAllowed(limit, "busy", start, 20);
  for (int i = 0; i < 10'001; ++i) {
    limit.Allow(std::to_string(i), start);
  }
  EXPECT_FALSE(limit.Allow("busy", start));
}

}  // namespace
}  // namespace mien::server
