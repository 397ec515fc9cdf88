// SPDX-License-Identifier: Apache-2.0
#include "index/row_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

namespace mien {
namespace {

class RowFileTest : public testing::TestWithParam<RowStorage> {};

TEST_P(RowFileTest, KeepsRowsAcrossChunks) {
  // 1 MiB a row: 33 rows fill the first chunk.
  constexpr int kDimension = 1 << 18;
  RowFile rows(kDimension, GetParam());
  std::vector<float> row(kDimension);
  for (int i = 0; i < 40; ++i) {
    row.front() = static_cast<float>(i);
    row.back() = static_cast<float>(-i);
    ASSERT_TRUE(rows.Append(row));
  }
  ASSERT_EQ(rows.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(rows.row(i).front(), static_cast<float>(i));
    EXPECT_EQ(rows.row(i).back(), -static_cast<float>(i));
  }
}

TEST_P(RowFileTest, RemovingMovesTheLastRowAndWipesItsPlace) {
  RowFile rows(2, GetParam());
  for (const auto& row : {std::array{1.0F, 2.0F},
                          std::array{3.0F, 4.0F},
                          std::array{5.0F, 6.0F}}) {
    ASSERT_TRUE(rows.Append(row));
  }
  rows.RemoveBySwap(0);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows.row(0), testing::ElementsAre(5.0F, 6.0F));
  EXPECT_THAT(rows.row(1), testing::ElementsAre(3.0F, 4.0F));
  EXPECT_THAT(rows.row(2), testing::ElementsAre(0.0F, 0.0F));
}

TEST_P(RowFileTest, MovesWithItsRows) {
  RowFile rows(1, GetParam());
  ASSERT_TRUE(rows.Append(std::array{7.0F}));
  const RowFile moved = std::move(rows);
  EXPECT_THAT(moved.row(0), testing::ElementsAre(7.0F));
}

INSTANTIATE_TEST_SUITE_P(AllStorages,
                         RowFileTest,
                         testing::Values(RowStorage::kMemory,
                                         RowStorage::kTempFile));

}  // namespace
}  // namespace mien
