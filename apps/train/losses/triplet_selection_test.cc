// SPDX-License-Identifier: Apache-2.0
#include "train/losses/triplet_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using Triple = std::array<std::int64_t, 3>;
using testing::UnorderedElementsAre;
using enum TripletSelection;

// Rows on a line: 0 and 1 of identity 0, 2 and 3 of identity 1, 4 of none.
const Tensor kPlaces = torch::tensor({0.0, 4.0, 1.0, 6.0, 0.5});
const Tensor kLabels = torch::tensor({0, 0, 1, 1, -1}, torch::kInt64);

Triplets Select(TripletSelection selection,
                const Tensor& labels,
                std::uint64_t seed = 1) {
  const Tensor places = kPlaces.slice(0, 0, labels.size(0));
  const Tensor distances = (places.unsqueeze(0) - places.unsqueeze(1)).abs();
  return SelectTriplets(
      selection, distances, labels, 0.5, SeededGenerator(seed));
}

std::vector<Triple> RowsOf(const Triplets& triplets) {
  std::vector<Triple> rows;
  for (std::int64_t i = 0; i < triplets.size(); ++i) {
    rows.push_back({triplets.anchors[i].item<std::int64_t>(),
                    triplets.positives[i].item<std::int64_t>(),
                    triplets.negatives[i].item<std::int64_t>()});
  }
  return rows;
}

TEST(TripletSelection, BatchAllTakesEveryTriplet) {
  const Triplets triplets = Select(kBatchAll, kLabels);
  EXPECT_THAT(RowsOf(triplets),
              UnorderedElementsAre(Triple{0, 1, 2},
                                   Triple{0, 1, 3},
                                   Triple{1, 0, 2},
                                   Triple{1, 0, 3},
                                   Triple{2, 3, 0},
                                   Triple{2, 3, 1},
                                   Triple{3, 2, 0},
                                   Triple{3, 2, 1}));
  EXPECT_EQ(triplets.num_considered, 8);
}

TEST(TripletSelection, BatchHardTakesFarthestPositiveAndClosestNegative) {
  const Triplets triplets = Select(kBatchHard, kLabels);
  EXPECT_THAT(
      RowsOf(triplets),
      UnorderedElementsAre(
          Triple{0, 1, 2}, Triple{1, 0, 3}, Triple{2, 3, 0}, Triple{3, 2, 1}));
  EXPECT_EQ(triplets.num_considered, 4);
}

// Rows 1 and 2 have no negative farther than their positive.
TEST(TripletSelection, SemiHardTakesTheClosestNegativeBeyondThePositive) {
  EXPECT_THAT(
      RowsOf(Select(kSemiHard, kLabels)),
      UnorderedElementsAre(
          Triple{0, 1, 3}, Triple{1, 0, 2}, Triple{2, 3, 1}, Triple{3, 2, 0}));
}

TEST(TripletSelection, RandomTakesEachActiveNegativeEquallyOften) {
  std::map<Triple, int> counts;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Triplets triplets = Select(kRandom, kLabels, seed);
    EXPECT_EQ(triplets.num_considered, 4);
    for (const Triple& rows : RowsOf(triplets)) ++counts[rows];
  }
  EXPECT_EQ(counts.size(), 6U);
  EXPECT_EQ((counts[{0, 1, 2}]), 400);
  EXPECT_EQ((counts[{3, 2, 1}]), 400);
  EXPECT_NEAR((counts[{1, 0, 2}]), 200, 50);
  EXPECT_NEAR((counts[{1, 0, 3}]), 200, 50);
  EXPECT_NEAR((counts[{2, 3, 0}]), 200, 50);
  EXPECT_NEAR((counts[{2, 3, 1}]), 200, 50);
}

TEST(TripletSelection, RandomIsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    EXPECT_EQ(RowsOf(Select(kRandom, kLabels, seed)),
              RowsOf(Select(kRandom, kLabels, seed)));
  }
}

TEST(TripletSelection, GivenTakesConsecutiveRowsThatAreTriplets) {
  const Tensor labels = Labels({0, 0, 1});
  EXPECT_THAT(RowsOf(Select(kGiven, labels)),
              UnorderedElementsAre(Triple{0, 1, 2}));
  EXPECT_EQ(Select(kGiven, Labels({0, 1, 0})).size(), 0);
  EXPECT_EQ(Select(kGiven, Labels({0, 0, -1})).size(), 0);
  EXPECT_THROW(Select(kGiven, Labels({0, 0})), TrainError);
}

TEST(TripletSelection, FindsNoneWithoutMatesOrNonMates) {
  for (const auto selection : {kBatchAll, kBatchHard, kSemiHard, kRandom}) {
    for (const Tensor& labels : {Labels({0}),
                                 Labels({0, 0, 0}),
                                 Labels({0, 1, 2}),
                                 Labels({-1, -1}),
                                 Labels({0, 0, -1})}) {
      const Triplets triplets = Select(selection, labels);
      EXPECT_EQ(triplets.size(), 0);
      EXPECT_EQ(triplets.num_considered, 0);
    }
  }
}

}  // namespace
}  // namespace mien::train
