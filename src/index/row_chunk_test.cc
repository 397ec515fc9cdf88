// SPDX-License-Identifier: Apache-2.0
#include "index/row_chunk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mien {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Row `row` of 4 values.
std::vector<int> ValuesOf(const RowChunk& chunk, std::size_t row) {
  std::array<std::int8_t, 4> values{};
  LoadFromBlock(chunk.Blocks(row / kBlockRows * kBlockRows, 1).values,
                static_cast<int>(row % kBlockRows),
                values);
  return {values.begin(), values.end()};
}

constexpr std::array<std::int8_t, 4> kRow = {1, -2, 3, -4};

TEST(RowChunk, BeginsWithZeros) {
  const auto chunk = RowChunk::Create(4).value();
  EXPECT_EQ(chunk.bytes().size(), 16384U * (4 + 8));
  EXPECT_THAT(chunk.bytes(), Each(std::byte{0}));
}

TEST(RowChunk, KeepsARowWithScaleAndError) {
  auto chunk = RowChunk::Create(4).value();
  chunk.Place(16383, kRow, 0.5F, 0.25F);
  EXPECT_THAT(ValuesOf(chunk, 16383), ElementsAre(1, -2, 3, -4));
  const RowBlocks last = chunk.Blocks(16368, 1);
  EXPECT_EQ(last.scales[15], 0.5F);
  EXPECT_EQ(last.errors[15], 0.25F);
  EXPECT_EQ(chunk.error(16383), 0.25F);
  EXPECT_THAT(ValuesOf(chunk, 16382), Each(0));
}

TEST(RowChunk, CopiesFromAnotherChunk) {
  auto from = RowChunk::Create(4).value();
  auto to = RowChunk::Create(4).value();
  from.Place(20, kRow, 0.5F, 0.25F);
  to.Copy(from, 20, 3);
  EXPECT_THAT(ValuesOf(to, 3), ElementsAre(1, -2, 3, -4));
  EXPECT_EQ(to.error(3), 0.25F);
}

TEST(RowChunk, WipingLeavesNothing) {
  auto chunk = RowChunk::Create(4).value();
  chunk.Place(5, kRow, 0.5F, 0.25F);
  chunk.Wipe(5);
  EXPECT_THAT(chunk.bytes(), Each(std::byte{0}));
}

}  // namespace
}  // namespace mien
