// SPDX-License-Identifier: Apache-2.0
#include "index/exact_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<float> RandomUnit(std::mt19937& random, int dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(static_cast<std::size_t>(dimension));
  double squared = 0.0;
  for (float& x : vector) {
    x = normal(random);
    squared += static_cast<double>(x) * x;
  }
  for (float& x : vector) {
    x = static_cast<float>(x / std::sqrt(squared));
  }
  return vector;
}

/// Every similarity in double precision, sorted.
std::vector<std::uint64_t> BruteForce(
    const std::vector<std::vector<float>>& rows,
    const std::vector<float>& probe,
    std::size_t k) {
  std::vector<std::pair<double, std::uint64_t>> all;
  for (std::size_t id = 0; id < rows.size(); ++id) {
    double dot = 0.0;
    double squared = 0.0;
    for (std::size_t i = 0; i < probe.size(); ++i) {
      dot += static_cast<double>(rows[id][i]) * probe[i];
      squared += static_cast<double>(rows[id][i]) * rows[id][i];
    }
    all.emplace_back(-dot / std::sqrt(squared), id);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < std::min(k, all.size()); ++i) {
    ids.push_back(all[i].second);
  }
  return ids;
}

std::vector<std::uint64_t> Ids(const std::vector<Neighbor>& neighbors) {
  std::vector<std::uint64_t> ids;
  for (const Neighbor& neighbor : neighbors) {
    ids.push_back(neighbor.id);
  }
  return ids;
}

TEST(ExactIndex, FindsTheNearestByHand) {
  ExactIndex index(2);
  ASSERT_TRUE(index.Add(10, std::vector{1.0F, 0.0F}));
  ASSERT_TRUE(index.Add(11, std::vector{0.6F, 0.8F}));
  ASSERT_TRUE(index.Add(12, std::vector{0.0F, -1.0F}));
  const auto answers =
      index.Search(std::vector{0.0F, 2.0F, 3.0F, 0.0F}, {.k = 2});
  ASSERT_TRUE(answers);
  ASSERT_EQ(answers->size(), 2U);
  EXPECT_THAT((*answers)[0],
              ElementsAre(Neighbor{11, 0.8F}, Neighbor{10, 0.0F}));
  EXPECT_THAT((*answers)[1],
              ElementsAre(Neighbor{10, 1.0F}, Neighbor{11, 0.6F}));
}

TEST(ExactIndex, EqualsBruteForceThroughAddsAndRemovals) {
  for (const int dimension : {5, 64, 128}) {
    std::mt19937 random(static_cast<unsigned>(dimension));
    // Clusters of near copies make many candidates within the bounds.
    std::vector<std::vector<float>> rows;
    for (int i = 0; i < 3000; ++i) {
      std::vector<float> row = RandomUnit(random, dimension);
      if (i % 3 != 0) {
        const auto noise = RandomUnit(random, dimension);
        for (std::size_t j = 0; j < row.size(); ++j) {
          row[j] = rows.back()[j] + 0.002F * noise[j];
        }
        const float length = std::sqrt(
            std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
        for (float& x : row) {
          x /= length;
        }
      }
      rows.push_back(row);
    }
    ExactIndex index(dimension);
    for (std::size_t id = 0; id < rows.size(); ++id) {
      ASSERT_TRUE(index.Add(id, rows[id]));
    }
    // Remove the last half in random order; the first half must remain right.
    std::vector<std::uint64_t> doomed;
    for (std::uint64_t id = 1500; id < 3000; ++id) {
      doomed.push_back(id);
    }
    std::shuffle(doomed.begin(), doomed.end(), random);
    for (const std::uint64_t id : doomed) {
      ASSERT_TRUE(index.Remove(id));
    }
    rows.resize(1500);
    ASSERT_EQ(index.size(), 1500U);
    for (int trial = 0; trial < 40; ++trial) {
      const auto probe = RandomUnit(random, dimension);
      const auto answers = index.Search(probe, {.k = 10});
      ASSERT_TRUE(answers);
      EXPECT_EQ(Ids(answers->front()), BruteForce(rows, probe, 10));
    }
  }
}

TEST(ExactIndex, ThreadsAndBatchesGiveTheSameAnswers) {
  constexpr int kDimension = 32;
  std::mt19937 random(3);
  ExactIndex index(kDimension, RowStorage::kTempFile);
  for (std::uint64_t id = 0; id < 40'000; ++id) {
    ASSERT_TRUE(index.Add(id, RandomUnit(random, kDimension)));
  }
  std::vector<float> probes;
  for (int p = 0; p < 50; ++p) {
    const auto probe = RandomUnit(random, kDimension);
    probes.insert(probes.end(), probe.begin(), probe.end());
  }
  const auto one = index.Search(probes, {.k = 7, .num_threads = 1});
  const auto three = index.Search(probes, {.k = 7, .num_threads = 3});
  ASSERT_TRUE(one && three);
  EXPECT_EQ(*one, *three);
  for (std::size_t p = 0; p < 50; ++p) {
    const auto single = index.Search(
        std::span(probes).subspan(p * kDimension, kDimension), {.k = 7});
    ASSERT_TRUE(single);
    EXPECT_EQ(single->front(), (*one)[p]);
  }
}

/// Rows in memory, some of which are gone.
class FakeRows : public RowSource {
 public:
  Result<void> Read(
      std::span<const std::uint64_t> ids,
      const std::function<void(std::uint64_t, std::span<const float>)>& visit)
      const override {
    if (is_broken) {
      return Error{ErrorCode::kIo, "the disk is gone"};
    }
    for (const std::uint64_t id : ids) {
      if (id != missing) {
        visit(id, rows[id]);
      }
    }
    return {};
  }

  std::vector<std::vector<float>> rows;
  std::uint64_t missing = kWipedRow;
  bool is_broken = false;
};

TEST(ExactIndex, AnswersTheSameWhenTheRowsLieElsewhere) {
  constexpr int kDimension = 16;
  std::mt19937 random(8);
  FakeRows source;
  ExactIndex index(kDimension);
  for (std::uint64_t id = 0; id < 2000; ++id) {
    source.rows.push_back(RandomUnit(random, kDimension));
    ASSERT_TRUE(index.Add(id, source.rows.back()));
  }
  const std::size_t bytes_before = index.memory_bytes();
  index.UseRowsOf(source);
  EXPECT_LT(index.memory_bytes(), bytes_before);
  source.rows.push_back(RandomUnit(random, kDimension));
  ASSERT_TRUE(index.Add(2000, source.rows.back()));
  for (int trial = 0; trial < 20; ++trial) {
    const auto probe = RandomUnit(random, kDimension);
    // 300 are more than are read at first.
    for (const int k : {1, 10, 300}) {
      const auto answers = index.Search(probe, {.k = k});
      ASSERT_TRUE(answers);
      EXPECT_EQ(Ids(answers->front()),
                BruteForce(source.rows, probe, static_cast<std::size_t>(k)));
    }
  }
}

TEST(ExactIndex, RowsThatAreGoneElsewhereAreNoNeighbors) {
  FakeRows source;
  source.rows = {{1.0F, 0.0F}, {0.8F, 0.6F}};
  ExactIndex index(2);
  ASSERT_TRUE(index.Add(0, source.rows[0]) && index.Add(1, source.rows[1]));
  index.UseRowsOf(source);
  source.missing = 0;
  EXPECT_THAT(Ids(index.Search(source.rows[0], {.k = 2})->front()),
              ElementsAre(1U));
  source.is_broken = true;
  EXPECT_EQ(index.Search(source.rows[0]).error().message, "the disk is gone");
}

TEST(ExactIndex, LeavesOutWhatIsTooFar) {
  ExactIndex index(2);
  ASSERT_TRUE(index.Add(1, std::vector{1.0F, 0.0F}));
  ASSERT_TRUE(index.Add(2, std::vector{0.6F, 0.8F}));
  const auto answers =
      index.Search(std::vector{1.0F, 0.0F}, {.min_similarity = 0.61F});
  ASSERT_TRUE(answers);
  EXPECT_THAT(answers->front(), ElementsAre(Neighbor{1, 1.0F}));
}

TEST(ExactIndex, OfEqualNeighborsTheLowerIdComesFirst) {
  ExactIndex index(2);
  for (const std::uint64_t id : {9U, 3U, 7U}) {
    ASSERT_TRUE(index.Add(id, std::vector{0.0F, 1.0F}));
  }
  const auto answers = index.Search(std::vector{0.0F, 1.0F}, {.k = 2});
  ASSERT_TRUE(answers);
  EXPECT_THAT(Ids(answers->front()), ElementsAre(3U, 7U));
}

TEST(ExactIndex, IsEmptyAfterTheLastRemoval) {
  ExactIndex index(3);
  EXPECT_FALSE(index.Remove(1));
  ASSERT_TRUE(index.Add(1, std::vector{0.0F, 1.0F, 0.0F}));
  EXPECT_TRUE(index.Contains(1));
  EXPECT_TRUE(index.Remove(1));
  EXPECT_FALSE(index.Contains(1));
  const auto answers = index.Search(std::vector{0.0F, 1.0F, 0.0F});
  ASSERT_TRUE(answers);
  EXPECT_THAT(answers->front(), IsEmpty());
}

TEST(ExactIndex, RefusesWhatDoesNotFit) {
  ExactIndex index(2);
  EXPECT_THAT(index.Add(1, std::vector{1.0F}).error().message,
              HasSubstr("dimension 2"));
  EXPECT_THAT(index.Add(1, std::vector{1.0F, 1.0F}).error().message,
              HasSubstr("length 1.41"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(index.Add(1, std::vector{nan, 1.0F}));
  ASSERT_TRUE(index.Add(1, std::vector{1.0F, 0.0F}));
  EXPECT_EQ(index.Add(1, std::vector{1.0F, 0.0F}).error().code,
            ErrorCode::kAlreadyExists);
  EXPECT_FALSE(index.Search(std::vector{1.0F, 0.0F, 1.0F}));
  EXPECT_FALSE(index.Search(std::vector{0.0F, 0.0F}));
  EXPECT_FALSE(index.Search(std::vector{nan, 0.0F}));
  EXPECT_FALSE(index.Search(std::vector{1.0F, 0.0F}, {.k = 0}));
  EXPECT_THAT(index.Add(kWipedRow, std::vector{1.0F, 0.0F}).error().message,
              HasSubstr("wiped"));
}

}  // namespace
}  // namespace mien
