// SPDX-License-Identifier: Apache-2.0
#include "server_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::server {
namespace {

TEST(LogLine, WritesPairs) {
  EXPECT_EQ(LogLine(LogFormat::kText, {{"id", "7"}, {"status", "200"}}),
            "id=7 status=200\n");
}

TEST(LogLine, QuotesWhatWouldLookLikeAnotherFieldOrLine) {
  EXPECT_EQ(LogLine(LogFormat::kText, {{"why", "a b=\"c\"\nid=8"}, {"e", ""}}),
            "why=\"a b=\\\"c\\\"\\nid=8\" e=\"\"\n");
}

TEST(LogLine, WritesJson) {
  EXPECT_EQ(LogLine(LogFormat::kJson, {{"id", "7"}, {"why", "a b"}}),
            "{\"id\":\"7\",\"why\":\"a b\"}\n");
}

TEST(ServerLog, StatesTimeAndEvent) {
  std::string written;
  ServerLog log(LogFormat::kText,
                [&](std::string_view line) { written += line; });
  log.Event("ready", {{"port", "8080"}});
  EXPECT_THAT(written,
              testing::MatchesRegex("time=[0-9]*-[0-9]*-[0-9]*T[0-9:]*\\.[0-9]*"
                                    "Z event=ready port=8080\n"));
}

}  // namespace
}  // namespace mien::server
