// SPDX-License-Identifier: Apache-2.0
#include "train/losses/collapse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "train/losses/gradient_check.h"

namespace mien::train {
namespace {

TEST(MeasureSpread, TellsSimilaritiesAndVariance) {
  const EmbeddingSpread spread =
      MeasureSpread(Rows({{1, 0}, {0.6, 0.8}, {0, 1}}), Labels({0, 0, 1}));
  EXPECT_NEAR(spread.mean_similarity, (0.6 + 0 + 0.8) / 3, 1e-12);
  EXPECT_NEAR(spread.non_mated_similarity.value(), 0.4, 1e-12);
  // 1 - |mean|^2 = 1 - (1.6^2 + 1.8^2) / 9.
  EXPECT_NEAR(spread.variance, 1 - 5.8 / 9, 1e-12);
}

TEST(MeasureSpread, AgreesWithTheSimilarityMatrix) {
  const Tensor rows = Normalized(RandomRows(40));
  Tensor labels = torch::arange(40, torch::kInt64).remainder(7) - 1;
  const EmbeddingSpread spread = MeasureSpread(rows, labels);
  const Tensor known = labels.ge(0);
  const Tensor mask = NonMatedMask(labels)
                          .logical_and(known.unsqueeze(0))
                          .logical_and(known.unsqueeze(1));
  EXPECT_NEAR(spread.non_mated_similarity.value(),
              rows.matmul(rows.t()).masked_select(mask).mean().item<double>(),
              1e-12);
}

TEST(MeasureSpread, HasNoSimilarityOfIdentitiesThatAreNotThere) {
  const Tensor rows = Rows({{1, 0}, {0, 1}});
  EXPECT_FALSE(MeasureSpread(rows, {}).non_mated_similarity);
  EXPECT_FALSE(MeasureSpread(rows, Labels({-1, -1})).non_mated_similarity);
  EXPECT_FALSE(MeasureSpread(rows, Labels({3, 3})).non_mated_similarity);
  EXPECT_EQ(MeasureSpread(Rows({{1, 0}}), {}).mean_similarity, 0);
}

TEST(CollapseMessage, NamesTheSimilarityAndAWayOut) {
  const Tensor rows = Rows({{1, 0}, {0.998, 0.063214}});
  EXPECT_EQ(CollapseMessage(MeasureSpread(rows, Labels({0, 1}))),
            "embeddings have collapsed: mean similarity of different "
            "identities is 0.998; lower the rate, or begin with semi-hard "
            "selection");
  EXPECT_THAT(CollapseMessage(MeasureSpread(rows, {})).value(),
              testing::HasSubstr("similarity of different pictures is 0.998"));
}

TEST(CollapseMessage, IsSilentWhenIdentitiesAreApart) {
  // Mated rows may be one point.
  const Tensor rows = Rows({{1, 0}, {1, 0}, {1, 0}, {0, 1}});
  EXPECT_FALSE(CollapseMessage(MeasureSpread(rows, Labels({0, 0, 0, 1})), 0.4));
}

TEST(CollapseMessage, SaysWhenHardlyAnyTripletIsActive) {
  const EmbeddingSpread spread =
      MeasureSpread(Rows({{1, 0}, {0, 1}}), Labels({0, 1}));
  EXPECT_EQ(CollapseMessage(spread, 0.0004),
            "the triplets teach nothing more: 0.040 % of them are active; "
            "raise the margin, or select batch-hard");
}

TEST(CollapseMessage, SaysWhenNumbersAreNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(CollapseMessage(MeasureSpread(Rows({{nan, 0}, {0, 1}}), {})),
            "embeddings are not finite; lower the rate, or clip gradients");
}

}  // namespace
}  // namespace mien::train
