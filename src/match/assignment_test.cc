// SPDX-License-Identifier: Apache-2.0
#include "match/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace mien {
namespace {

using testing::ElementsAre;

TEST(BestAssignment, GivesUpTheBestPairForABetterSum) {
  // Row 0 prefers column 0, but row 1 has nothing else.
  const std::vector<float> gains = {0.80F, 0.75F, 0.79F, -0.1F};
  EXPECT_THAT(BestAssignment(gains, 2, 2), ElementsAre(1, 0));
}

TEST(BestAssignment, LeavesARowOutRatherThanTakeALoss) {
  EXPECT_THAT(BestAssignment(std::vector<float>{-0.1F, 0.0F}, 1, 2),
              ElementsAre(std::nullopt));
  // One column, two rows: the larger gain has it.
  EXPECT_THAT(BestAssignment(std::vector<float>{0.2F, 0.3F}, 2, 1),
              ElementsAre(std::nullopt, 0));
}

TEST(BestAssignment, TakesNoRowsAndNoColumns) {
  EXPECT_TRUE(BestAssignment({}, 0, 3).empty());
  EXPECT_THAT(BestAssignment({}, 2, 0),
              ElementsAre(std::nullopt, std::nullopt));
}

/// The best sum by trying everything.
float BruteForce(const std::vector<float>& gains,
                 std::size_t row,
                 std::vector<bool>& is_taken) {
  const std::size_t num_columns = is_taken.size();
  if (row * num_columns == gains.size()) {
    return 0.0F;
  }
  float best = BruteForce(gains, row + 1, is_taken);
  for (std::size_t c = 0; c < num_columns; ++c) {
    if (!is_taken[c]) {
      is_taken[c] = true;
      best = std::max(
          best,
          gains[row * num_columns + c] + BruteForce(gains, row + 1, is_taken));
      is_taken[c] = false;
    }
  }
  return best;
}

TEST(BestAssignment, EqualsTryingEverything) {
  std::mt19937 random(11);
  std::uniform_real_distribution<float> gain(-0.5F, 1.0F);
  for (int trial = 0; trial < 300; ++trial) {
    const int num_rows = 1 + static_cast<int>(random() % 5);
    const int num_columns = 1 + static_cast<int>(random() % 5);
    std::vector<float> gains(static_cast<std::size_t>(num_rows * num_columns));
    std::ranges::generate(gains, [&] { return gain(random); });

    float sum = 0.0F;
    std::vector<bool> is_taken(static_cast<std::size_t>(num_columns));
    const auto columns = BestAssignment(gains, num_rows, num_columns);
    for (std::size_t row = 0; row < columns.size(); ++row) {
      if (columns[row]) {
        const auto column = static_cast<std::size_t>(*columns[row]);
        EXPECT_FALSE(is_taken[column]);
        is_taken[column] = true;
        sum += gains[row * static_cast<std::size_t>(num_columns) + column];
      }
    }
    std::vector<bool> free(static_cast<std::size_t>(num_columns));
    EXPECT_NEAR(sum, BruteForce(gains, 0, free), 1e-5F);
  }
}

}  // namespace
}  // namespace mien
