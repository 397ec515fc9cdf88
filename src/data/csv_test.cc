// SPDX-License-Identifier: Apache-2.0
#include "data/csv.h"

#include <gtest/gtest.h>

#include <array>

namespace mien {
namespace {

using Fields = std::vector<std::string>;

TEST(Csv, QuotesOnlyWhatNeedsIt) {
  const std::array<std::string, 4> fields = {"plain", "a,b", "say \"x\"", ""};
  EXPECT_EQ(CsvLine(fields), "plain,\"a,b\",\"say \"\"x\"\"\",\n");
}

TEST(Csv, ReadsWhatItWrites) {
  const Fields fields = {"", "a\nb", "\"", "c,d", "\r\n"};
  const std::string text = CsvLine(fields);
  CsvReader reader(text);
  Fields read;
  ASSERT_TRUE(reader.Next(read));
  EXPECT_EQ(read, fields);
  EXPECT_FALSE(reader.Next(read));
}

TEST(Csv, PassesOverBlankLinesAndCarriageReturns) {
  CsvReader reader("a,b\r\n\r\n\nc,d\n");
  Fields read;
  ASSERT_TRUE(reader.Next(read));
  EXPECT_EQ(read, (Fields{"a", "b"}));
  ASSERT_TRUE(reader.Next(read));
  EXPECT_EQ(read, (Fields{"c", "d"}));
  EXPECT_EQ(reader.line(), 4);
}

TEST(Csv, StopsBeforeALineThatWasCutOff) {
  CsvReader reader("a,b\nc,\"d\n");
  Fields read;
  ASSERT_TRUE(reader.Next(read));
  EXPECT_FALSE(reader.Next(read));
  EXPECT_EQ(reader.offset(), 4U);
}

TEST(Csv, CountsTheLinesWithinQuotes) {
  CsvReader reader("\"a\nb\"\nc\n");
  Fields read;
  ASSERT_TRUE(reader.Next(read));
  ASSERT_TRUE(reader.Next(read));
  EXPECT_EQ(reader.line(), 3);
}

}  // namespace
}  // namespace mien
