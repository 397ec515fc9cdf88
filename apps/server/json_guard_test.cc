// SPDX-License-Identifier: Apache-2.0
#include "json_guard.h"

#include <gtest/gtest.h>

#include <string>

namespace mien::server {
namespace {

std::string ErrorOf(std::string_view text) {
  const auto json = ParseJson(text);
  return json ? "no error" : json.error().message;
}

TEST(ParseJson, ReadsJson) {
  EXPECT_EQ(ParseJson(R"({"a": [1, "]]["]})")->at("a").at(1), "]][");
}

TEST(ParseJson, SaysWhereItIsWrong) {
  EXPECT_EQ(ErrorOf("{\"a\": }"), "the body is not JSON: wrong at byte 7");
  EXPECT_EQ(ErrorOf(""), "the body is not JSON: wrong at byte 1");
}

TEST(ParseJson, RefusesDeepNesting) {
  EXPECT_EQ(ErrorOf(std::string(5'000'000, '[')),
            "the JSON body is 5000000 levels deep; at most 16");
}

TEST(ParseJson, RefusesEndlesslyManyValues) {
  std::string text = "[0";
  for (int i = 0; i < 500'000; ++i) {
    text += ",0";
  }
  EXPECT_EQ(ErrorOf(text + "]"),
            "the JSON body has 500002 values; at most 500000");
}

TEST(ParseJson, RefusesNumbersBeyondAllRange) {
  EXPECT_NE(ErrorOf("[1e999]"), "no error");
}

TEST(ParseJson, RefusesTextThatIsNotUtf8) {
  EXPECT_NE(ErrorOf("\"\xFF\""), "no error");
}

}  // namespace
}  // namespace mien::server
