// SPDX-License-Identifier: Apache-2.0
#include "eval/line_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitLines, TakesALastLineWithoutABreak) {
  EXPECT_THAT(SplitLines("a\n\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(SplitLines("a\n"), ElementsAre("a"));
  EXPECT_THAT(SplitLines(""), IsEmpty());
}

TEST(SplitAtBlanks, LeavesNoEmptyFields) {
  EXPECT_THAT(SplitAtBlanks(" a\t b\r"), ElementsAre("a", "b"));
  EXPECT_THAT(SplitAtBlanks(" \r"), IsEmpty());
}

TEST(SplitAtCommas, KeepsCommasInQuotes) {
  EXPECT_THAT(SplitAtCommas("a , \"b, \"\"c\"\"\",d\r"),
              ElementsAre("a", "b, \"c\"", "d"));
  EXPECT_THAT(SplitAtCommas(""), ElementsAre(""));
  EXPECT_THAT(SplitAtCommas("a,"), ElementsAre("a", ""));
}

TEST(ParseCount, TakesWholeNumbersOnly) {
  EXPECT_EQ(ParseCount("007"), 7);
  EXPECT_EQ(ParseCount("-1"), std::nullopt);
  EXPECT_EQ(ParseCount("1.5"), std::nullopt);
  EXPECT_EQ(ParseCount(""), std::nullopt);
  EXPECT_EQ(ParseCount("99999999999"), std::nullopt);
}

TEST(LineError, CountsFromOne) {
  EXPECT_EQ(LineError(0, "is odd").message, "line 1: is odd");
}

}  // namespace
}  // namespace mien
