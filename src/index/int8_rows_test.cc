// SPDX-License-Identifier: Apache-2.0
#include "index/int8_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace mien {
namespace {

using testing::Each;

TEST(Int8Rows, KeepsRowsPaddedWithZeros) {
  Int8Rows rows(3);
  EXPECT_EQ(rows.row_values(), 64U);
  ASSERT_TRUE(rows.Append(std::vector<std::int8_t>{1, -2, 3}, 0.5F));
  ASSERT_TRUE(rows.Append(std::vector<std::int8_t>{4, 5, -6}, 0.25F));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.row(1)[2], -6);
  EXPECT_EQ(rows.scale(1), 0.25F);
  EXPECT_THAT(std::vector(rows.row(0) + 3, rows.row(0) + 64), Each(0));
}

TEST(Int8Rows, MultipliesWithTheScales) {
  Int8Rows rows(3);
  ASSERT_TRUE(rows.Append(std::vector<std::int8_t>{1, -2, 3}, 0.5F));
  std::vector<std::int8_t> probe(64);
  probe[0] = 10;
  probe[1] = 20;
  probe[2] = 30;
  // 10 - 40 + 90 = 60, times 0.5, times 2.
  EXPECT_EQ(rows.Dot(0, probe.data(), 2.0F), 60.0F);
}

TEST(Int8Rows, NothingOfAWipedRowStays) {
  Int8Rows rows(64);
  ASSERT_TRUE(rows.Append(std::vector<std::int8_t>(64, 7), 0.5F));
  ASSERT_TRUE(rows.Append(std::vector<std::int8_t>(64, 9), 0.5F));
  rows.Wipe(0);
  EXPECT_THAT(std::vector(rows.row(0), rows.row(0) + 64), Each(0));
  EXPECT_EQ(rows.Dot(0, rows.row(1), 1.0F), 0.0F);
  EXPECT_EQ(rows.row(1)[0], 9);
}

TEST(Int8Rows, RowsStayWhereTheyAreWhenMoreAreAdded) {
  Int8Rows rows(64);
  ASSERT_TRUE(rows.Append(std::vector<std::int8_t>(64, 7), 1.0F));
  const std::int8_t* first = rows.row(0);
  for (int i = 1; i <= 16'384; ++i) {
    ASSERT_TRUE(rows.Append(
        std::vector<std::int8_t>(64, static_cast<std::int8_t>(i % 100)), 1.0F));
  }
  EXPECT_EQ(rows.row(0), first);
  EXPECT_EQ(rows.row(16'383)[5], 16'383 % 100);
  EXPECT_EQ(rows.row(16'384)[5], 16'384 % 100);
}

}  // namespace
}  // namespace mien
