// SPDX-License-Identifier: Apache-2.0
#include "index/hnsw_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>

namespace mien {
namespace {

using testing::IsEmpty;

constexpr int kDimension = 32;

/// Random unit vectors by id.
class RandomRows : public RowSource {
 public:
  explicit RandomRows(std::size_t count) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<float> row(kDimension);
      for (float& value : row) {
        value = normal(random);
      }
      const float length = std::sqrt(
          std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
      for (float& value : row) {
        value /= length;
      }
      rows.push_back(row);
    }
  }

  Result<void> Read(
      std::span<const std::uint64_t> ids,
      const std::function<void(std::uint64_t, std::span<const float>)>& visit)
      const override {
    for (const std::uint64_t id : ids) {
      visit(id, rows.at(id));
    }
    return {};
  }

  std::vector<std::vector<float>> rows;
};

class HnswIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    auto index = HnswIndex::Create(kDimension, source_);
    if (!index) {
      std::printf("skipped: needs libfaiss-dev\n");
      GTEST_SKIP() << index.error().message;
    }
    std::vector<std::uint64_t> ids(source_.rows.size());
    std::iota(ids.begin(), ids.end(), std::uint64_t{0});
    ASSERT_TRUE(index->Add(ids));
    index_ = std::make_unique<HnswIndex>(*std::move(index));
  }

  RandomRows source_{3000};
  std::unique_ptr<HnswIndex> index_;
};

TEST_F(HnswIndexTest, FindsNearlyAllThatExactSearchFinds) {
  ExactIndex exact(kDimension);
  for (std::size_t id = 0; id < source_.rows.size(); ++id) {
    ASSERT_TRUE(exact.Add(id, source_.rows[id]));
  }
  int num_found = 0;
  const RandomRows probes(50);
  for (const auto& probe : probes.rows) {
    const auto expected = exact.Search(probe, {.k = 10}).value().front();
    const auto found = index_->Search(probe, 10).value();
    for (const Neighbor& neighbor : found) {
      const auto same = std::ranges::find(expected, neighbor.id, &Neighbor::id);
      if (same != expected.end()) {
        EXPECT_NEAR(neighbor.cosine_similarity, same->cosine_similarity, 1e-6F);
        ++num_found;
      }
    }
  }
  EXPECT_GT(num_found, 475);  // of 500
}

TEST_F(HnswIndexTest, RemovedRowsAreNoAnswersAndCrowdOutNone) {
  const auto& probe = source_.rows[7];
  const auto before = index_->Search(probe, 5).value();
  ASSERT_EQ(before.size(), 5U);
  EXPECT_EQ(before.front().id, 7U);
  for (const Neighbor& neighbor : std::span(before).first(4)) {
    EXPECT_TRUE(index_->Remove(neighbor.id));
  }
  EXPECT_FALSE(index_->Remove(7));
  EXPECT_EQ(index_->size(), 2996U);
  const auto after = index_->Search(probe, 5).value();
  EXPECT_EQ(after.size(), 5U);
  EXPECT_EQ(after.front(), before[4]);
}

TEST_F(HnswIndexTest, GrowsAfterItWasSearched) {
  source_.rows.push_back(source_.rows[7]);
  ASSERT_TRUE(index_->Add(std::vector<std::uint64_t>{3000}));
  const auto found = index_->Search(source_.rows[7], 2).value();
  EXPECT_EQ(found.at(0).id, 7U);
  EXPECT_EQ(found.at(1).id, 3000U);
}

TEST_F(HnswIndexTest, IsEmptyAtFirst) {
  const auto index = HnswIndex::Create(kDimension, source_);
  EXPECT_THAT(index->Search(source_.rows[7], 2).value(), IsEmpty());
}

}  // namespace
}  // namespace mien
