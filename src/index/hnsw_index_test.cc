// SPDX-License-Identifier: Apache-2.0
#include "index/hnsw_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>
#include <string>
#include <vector>

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
    for (std::size_t id = 0; id < source_.rows.size(); ++id) {
      ASSERT_TRUE(exact_.Add(id, source_.rows[id]));
    }
    auto index = HnswIndex::Create(kDimension, source_);
    if (!index) {
      std::printf("skipped: needs libfaiss-dev\n");
      GTEST_SKIP() << index.error().message;
    }
    ASSERT_TRUE(index->Add(exact_, exact_.ids()));
    index_ = std::make_unique<HnswIndex>(*std::move(index));
  }

  /// How many of the 10 nearest of 50 probes `index` finds; their similarities
  /// must be exact.
  int NumFound(const HnswIndex& index) {
    int num_found = 0;
    const RandomRows probes(50);
    for (const auto& probe : probes.rows) {
      const auto expected = exact_.Search(probe, {.k = 10}).value().front();
      const auto found = index.Search(probe, 10).value();
      for (const Neighbor& neighbor : found) {
        const auto same =
            std::ranges::find(expected, neighbor.id, &Neighbor::id);
        if (same != expected.end()) {
          EXPECT_NEAR(
              neighbor.cosine_similarity, same->cosine_similarity, 1e-6F);
          ++num_found;
        }
      }
    }
    return num_found;
  }

  /// An index with the links of index_.
  Result<HnswIndex> Copy(const GraphLinks& links) {
    auto copy = HnswIndex::Create(kDimension, source_);
    MIEN_RETURN_IF_ERROR(copy->Restore(exact_, index_->ids(), links));
    return copy;
  }

  RandomRows source_{3000};
  ExactIndex exact_{kDimension};
  std::unique_ptr<HnswIndex> index_;
};

TEST_F(HnswIndexTest, FindsNearlyAllThatExactSearchFinds) {
  EXPECT_GT(NumFound(*index_), 475);  // of 500
}

TEST_F(HnswIndexTest, FindsAsManyWhenThreadsMadeIt) {
  auto index = HnswIndex::Create(kDimension, source_);
  ASSERT_TRUE(index->Add(exact_, exact_.ids(), 4));
  EXPECT_GT(NumFound(*index), 475);
}

TEST_F(HnswIndexTest, SaysHowManyRowsAreIn) {
  auto index = HnswIndex::Create(kDimension, source_);
  std::vector<int> done;
  ASSERT_TRUE(index->Add(exact_, exact_.ids(), 4, [&](int in, int total) {
    EXPECT_EQ(total, 3000);
    done.push_back(in);
  }));
  std::vector<int> expected(3001);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(done, expected);
}

TEST_F(HnswIndexTest, FindsAsManyWhenItGrewBitByBit) {
  auto index = HnswIndex::Create(kDimension, source_);
  for (std::size_t first = 0; first < 3000; first += 300) {
    ASSERT_TRUE(index->Add(exact_, exact_.ids().subspan(first, 300)));
  }
  EXPECT_GT(NumFound(*index), 475);
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
  EXPECT_EQ(index_->num_holes(), 4U);
  const auto after = index_->Search(probe, 5).value();
  EXPECT_EQ(after.size(), 5U);
  EXPECT_EQ(after.front(), before[4]);
}

TEST_F(HnswIndexTest, FindsNearlyAllThatIsLeftAfterManyRemovals) {
  for (std::uint64_t id = 0; id < 3000; id += 8) {
    ASSERT_TRUE(exact_.Remove(id));
    ASSERT_TRUE(index_->Remove(id));
  }
  EXPECT_GT(NumFound(*index_), 465);  // of 500
}

TEST_F(HnswIndexTest, GrowsAfterItWasSearched) {
  source_.rows.push_back(source_.rows[7]);
  ASSERT_TRUE(exact_.Add(3000, source_.rows[7]));
  ASSERT_TRUE(index_->Add(exact_, std::vector<std::uint64_t>{3000}));
  const auto found = index_->Search(source_.rows[7], 2).value();
  EXPECT_EQ(found.at(0).id, 7U);
  EXPECT_EQ(found.at(1).id, 3000U);
}

TEST_F(HnswIndexTest, IsEmptyAtFirst) {
  const auto index = HnswIndex::Create(kDimension, source_);
  EXPECT_THAT(index->Search(source_.rows[7], 2).value(), IsEmpty());
}

TEST_F(HnswIndexTest, AnswersAsBeforeWhenRestored) {
  const auto copy = Copy(index_->Links());
  ASSERT_TRUE(copy) << copy.error().message;
  for (const auto& probe : RandomRows(20).rows) {
    EXPECT_EQ(copy->Search(probe, 10).value(),
              index_->Search(probe, 10).value());
  }
}

TEST_F(HnswIndexTest, RestoredWithoutARowItHasAHole) {
  ASSERT_TRUE(exact_.Remove(7));
  auto copy = Copy(index_->Links());
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->size(), 2999U);
  EXPECT_EQ(copy->num_holes(), 1U);
  EXPECT_FALSE(copy->Contains(7));
  EXPECT_NE(copy->Search(source_.rows[7], 1)->front().id, 7U);
  source_.rows.push_back(source_.rows[7]);
  ASSERT_TRUE(exact_.Add(3000, source_.rows[7]));
  ASSERT_TRUE(copy->Add(exact_, std::vector<std::uint64_t>{3000}));
  EXPECT_EQ(copy->Search(source_.rows[7], 1)->front().id, 3000U);
}

/// Links that may be damaged.
struct OwnLinks {
  explicit OwnLinks(const GraphLinks& of)
      : levels(of.levels.begin(), of.levels.end()),
        links(of.links.begin(), of.links.end()),
        entry(of.entry) {}

  [[nodiscard]] GraphLinks View() const { return {levels, links, entry}; }

  std::vector<std::int32_t> levels;
  std::vector<std::int32_t> links;
  std::int32_t entry;
};

TEST_F(HnswIndexTest, RefusesLinksThatLeadNowhere) {
  const OwnLinks good(index_->Links());
  const auto outcome = [&](const auto& damage) {
    OwnLinks links = good;
    damage(links);
    const auto copy = Copy(links.View());
    return copy ? std::string("fits") : copy.error().message;
  };
  EXPECT_EQ(outcome([](OwnLinks&) {}), "fits");
  const std::string damaged = "links that fit no graph";
  EXPECT_EQ(outcome([](OwnLinks& l) { l.links[0] = 3000; }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.links[0] = -2; }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.links.pop_back(); }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.levels.pop_back(); }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.levels[5] = 0; }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.levels[5] = 65; }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.entry = 3000; }), damaged);
  EXPECT_EQ(outcome([](OwnLinks& l) { l.entry = -1; }), damaged);
}

TEST_F(HnswIndexTest, RefusesLinksToRowsOfALowerLevel) {
  OwnLinks links(index_->Links());
  // Somebody on two levels, linked on the upper one to somebody on one.
  const auto high = std::ranges::find(links.levels, 2) - links.levels.begin();
  const auto low = std::ranges::find(links.levels, 1) - links.levels.begin();
  ASSERT_LT(high, 3000);
  std::size_t first = 0;
  for (std::ptrdiff_t row = 0; row < high; ++row) {
    first += 32U * static_cast<std::size_t>(
                       links.levels[static_cast<std::size_t>(row)] + 1);
  }
  links.links[first + 64] = static_cast<std::int32_t>(low);
  EXPECT_EQ(Copy(links.View()).error().code, ErrorCode::kCorruptData);
}

}  // namespace
}  // namespace mien
