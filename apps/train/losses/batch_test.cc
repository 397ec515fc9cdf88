// SPDX-License-Identifier: Apache-2.0
#include "train/losses/batch.h"

#include <gtest/gtest.h>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(Batch, SelectsTheRowsThatHaveALabel) {
  const LabelledRows rows = SelectLabelled(
      InputOf(Rows({{3, 4}, {1, 0}, {0, 2}}), Labels({5, -1, 2})), "softmax");
  EXPECT_TRUE(rows.features.equal(Rows({{3, 4}, {0, 2}})));
  EXPECT_TRUE(rows.embeddings.allclose(Rows({{0.6, 0.8}, {0, 1}})));
  EXPECT_TRUE(rows.labels.equal(Labels({5, 2})));
}

TEST(Batch, NamesTheLossThatNeedsLabels) {
  try {
    SelectLabelled(InputOf(Rows({{1, 0}})), "softmax");
    FAIL();
  } catch (const TrainError& error) {
    EXPECT_STREQ(error.what(), "softmax needs labels; this data set has none");
  }
}

TEST(Batch, NamesALabelThatIsTooLarge) {
  try {
    SelectLabelled(InputOf(Rows({{1, 0}}), Labels({7})), "softmax", 7);
    FAIL();
  } catch (const TrainError& error) {
    EXPECT_STREQ(error.what(),
                 "softmax: label 7 of 7 identities; must be less");
  }
}

TEST(Batch, NormalizesAndLeavesRowsOfZeros) {
  Tensor rows = Rows({{3, 4}, {0, 0}}).requires_grad_(true);
  const Tensor normalized = Normalized(rows);
  EXPECT_TRUE(normalized.allclose(Rows({{0.6, 0.8}, {0, 0}})));
  normalized.sum().backward();
  EXPECT_TRUE(rows.grad().isfinite().all().item<bool>());
}

TEST(Batch, MeasuresSquaredDistancesOfUnitRows) {
  const Tensor distances = SquaredDistances(Rows({{1, 0}, {0, 1}, {-1, 0}}));
  EXPECT_TRUE(distances.allclose(Rows({{0, 2, 4}, {2, 0, 2}, {4, 2, 0}})));
}

TEST(Batch, TakesRootsWithoutAnInfiniteSlopeAtZero) {
  Tensor squares = Rows({{0, 4}}).requires_grad_(true);
  const Tensor roots = SafeSqrt(squares);
  EXPECT_TRUE(roots.allclose(Rows({{0, 2}}), 0, 1e-4));
  roots.sum().backward();
  EXPECT_TRUE(squares.grad().allclose(Rows({{0, 0.25}})));
}

TEST(Batch, MasksMatedAndNonMatedRows) {
  const Tensor labels = Labels({4, 6, 4});
  EXPECT_TRUE(MatedMask(labels)
                  .to(torch::kDouble)
                  .equal(Rows({{0, 0, 1}, {0, 0, 0}, {1, 0, 0}})));
  EXPECT_TRUE(NonMatedMask(labels)
                  .to(torch::kDouble)
                  .equal(Rows({{0, 1, 0}, {1, 0, 1}, {0, 1, 0}})));
}

TEST(Batch, ReportsMeanSimilaritiesWhereThereAreSuchPairs) {
  std::map<std::string, double> metrics;
  const Tensor rows = Rows({{1, 0}, {0.6, 0.8}, {0, 1}});
  AddPairSimilarities({rows, rows, Labels({0, 0, 1})}, metrics);
  EXPECT_NEAR(metrics.at("mated_similarity"), 0.6, 1e-12);
  EXPECT_NEAR(metrics.at("non_mated_similarity"), 0.4, 1e-12);
  metrics.clear();
  AddPairSimilarities({rows, rows, Labels({0, 0, 0})}, metrics);
  EXPECT_EQ(metrics.count("non_mated_similarity"), 0U);
}

TEST(Batch, AZeroLossSendsZerosToAllInputs) {
  Tensor features = Rows({{3, 4}}).requires_grad_(true);
  const Tensor loss = ZeroLoss(InputOf(features));
  EXPECT_EQ(loss.item<double>(), 0);
  loss.backward();
  EXPECT_TRUE(features.grad().equal(Rows({{0, 0}})));
}

}  // namespace
}  // namespace mien::train
