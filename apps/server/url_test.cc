// SPDX-License-Identifier: Apache-2.0
#include "url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(PercentDecode, ReadsHexDigitsOfBothCases) {
  EXPECT_EQ(PercentDecode("a%2Fb%2f%41", PlusMeans::kPlus), "a/b/A");
}

TEST(PercentDecode, RefusesAPercentSignWithoutTwoDigits) {
  EXPECT_EQ(PercentDecode("100%", PlusMeans::kPlus), std::nullopt);
  EXPECT_EQ(PercentDecode("%4", PlusMeans::kPlus), std::nullopt);
  EXPECT_EQ(PercentDecode("%zz", PlusMeans::kPlus), std::nullopt);
}

TEST(PercentDecode, ReadsTheLastEscape) {
  EXPECT_EQ(PercentDecode("%41", PlusMeans::kPlus), "A");
}

TEST(ParseQuery, ReadsPairsInOrder) {
  EXPECT_THAT(
      ParseQuery("a=1&b=two+words&c="),
      ElementsAre(Pair("a", "1"), Pair("b", "two words"), Pair("c", "")));
}

TEST(ParseQuery, SkipsTheEmptyPairThatCompreFaceClientsSend) {
  EXPECT_THAT(ParseQuery("&limit=1"), ElementsAre(Pair("limit", "1")));
}

TEST(ParseQuery, LeavesOutWhatCannotBeDecoded) {
  EXPECT_THAT(ParseQuery("a=%&=x"), IsEmpty());
}

TEST(SplitPath, DecodesEachSegmentByItself) {
  EXPECT_THAT(*SplitPath("/v1/subjects/A%2FB+C/"),
              ElementsAre("v1", "subjects", "A/B+C"));
}

TEST(SplitPath, TheRootHasNoSegments) {
  EXPECT_THAT(*SplitPath("/"), IsEmpty());
}

TEST(SplitPath, RefusesWhatIsNoPath) {
  EXPECT_FALSE(SplitPath("*"));
  EXPECT_FALSE(SplitPath("/a%"));
}

}  // namespace
}  // namespace mien::server
