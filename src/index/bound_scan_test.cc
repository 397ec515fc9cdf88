// SPDX-License-Identifier: Apache-2.0
#include "index/bound_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "index/quantize.h"

namespace mien {
namespace {

using testing::ElementsAre;

/// Blocks of random int8 rows, extremes included, with random scales.
struct RandomBlocks {
  RandomBlocks(int num_blocks, int dimension, unsigned seed)
      : values(static_cast<std::size_t>(num_blocks * kBlockRows * dimension)),
        scales(static_cast<std::size_t>(num_blocks * kBlockRows)),
        errors(scales.size()) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> byte(-127, 127);
    std::uniform_real_distribution<float> small(0.0F, 0.01F);
    for (auto& value : values) {
      const int drawn = byte(random);
      value = static_cast<std::int8_t>(drawn > 100    ? 127
                                       : drawn < -100 ? -127
                                                      : drawn);
    }
    for (std::size_t i = 0; i < scales.size(); ++i) {
      scales[i] = small(random);
      errors[i] = small(random);
    }
    rows = {values.data(), scales.data(), errors.data(), num_blocks, dimension};
  }

  std::vector<std::int8_t> values;
  std::vector<float> scales;
  std::vector<float> errors;
  RowBlocks rows;
};

TEST(StoreInBlock, InterleavesFourComponents) {
  std::vector<std::int8_t> block(kBlockRows * 8);
  const std::vector<std::int8_t> row = {1, 2, 3, 4, 5, 6, 7, 8};
  StoreInBlock(row, 2, block.data());
  EXPECT_EQ(block[8], 1);
  EXPECT_EQ(block[11], 4);
  EXPECT_EQ(block[64 + 8], 5);
  std::vector<std::int8_t> back(8);
  LoadFromBlock(block.data(), 2, back);
  EXPECT_THAT(back, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(BoundScan, ComputesTheBoundByHand) {
  std::vector<std::int8_t> block(kBlockRows * 4);
  StoreInBlock(std::vector<std::int8_t>{10, -20, 127, 0}, 1, block.data());
  std::vector<float> scales(kBlockRows, 0.5F);
  std::vector<float> errors(kBlockRows, 0.25F);
  const std::vector<std::int8_t> probe = {1, 2, -127, 9};
  std::vector<float> upper(kBlockRows);
  for (const NamedBoundScan& scan : UsableBoundScans()) {
    scan.run({block.data(), scales.data(), errors.data(), 1, 4},
             std::vector<ScanProbe>{{probe, 2.0F, 4.0F, 0.125F}},
             upper.data());
    // 10 - 40 - 16129 = -16159, times 0.5 * 2, plus 4 * 0.25 + 0.125.
    EXPECT_EQ(upper[1], -16157.875F) << scan.name;
    EXPECT_EQ(upper[0], 1.125F) << scan.name;
  }
}

TEST(BoundScan, AllImplementationsAgree) {
  for (const int dimension : {4, 128, 512}) {
    for (const int num_blocks : {1, 2, 5}) {
      for (const std::size_t num_probes : {1U, 7U, 8U, 19U}) {
        const RandomBlocks blocks(num_blocks, dimension, 7);
        const RandomBlocks drawn(2, dimension, 8);
        std::vector<ScanProbe> probes;
        for (std::size_t p = 0; p < num_probes; ++p) {
          probes.emplace_back(
              std::span(drawn.values)
                  .subspan(p * static_cast<std::size_t>(dimension),
                           static_cast<std::size_t>(dimension)),
              0.01F,
              1.0F,
              0.001F);
        }
        std::vector<float> expected(
            num_probes * static_cast<std::size_t>(num_blocks * kBlockRows));
        internal::BoundScanPlain(blocks.rows, probes, expected.data());
        for (const NamedBoundScan& scan : UsableBoundScans()) {
          std::vector<float> actual(expected.size());
          scan.run(blocks.rows, probes, actual.data());
          EXPECT_THAT(actual,
                      testing::Pointwise(testing::FloatNear(1e-3F), expected))
              << scan.name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace mien
