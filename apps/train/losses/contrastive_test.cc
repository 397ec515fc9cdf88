// SPDX-License-Identifier: Apache-2.0
#include "train/losses/contrastive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

std::unique_ptr<Loss> Contrastive(std::string_view options) {
  SpecOptions parsed("contrastive", options);
  return MakeContrastive(parsed, {});
}

Tensor AtDegrees(const std::vector<double>& angles) {
  std::vector<std::vector<double>> rows;
  for (const double angle : angles) {
    const double radians = angle * std::numbers::pi / 180;
    rows.push_back({std::cos(radians), std::sin(radians)});
  }
  return Rows(rows);
}

// A mated pair 90 degrees apart; non-mated ones 60 and 30 degrees apart.
LossInput ThreeRows() {
  return InputOf(AtDegrees({0, 90, 60}), Labels({0, 0, 1}));
}

double NonMated(double degrees, double margin) {
  const double distance = 2 * std::sin(degrees * std::numbers::pi / 360);
  return 0.5 * std::pow(margin - distance, 2);
}

double ValueOf(std::string_view options, const LossInput& input) {
  return (*Contrastive(options))(input).loss.item<double>();
}

TEST(Contrastive, BalancesMatedAndNonMatedPairs) {
  const double non_mated = (NonMated(60, 1.2) + NonMated(30, 1.2)) / 2;
  EXPECT_NEAR(ValueOf("margin=1.2", ThreeRows()), (1 + non_mated) / 2, 1e-9);
}

TEST(Contrastive, CountsAllPairsAlikeOnRequest) {
  EXPECT_NEAR(ValueOf("margin=1.2,pairs=all", ThreeRows()),
              (1 + NonMated(60, 1.2) + NonMated(30, 1.2)) / 3,
              1e-9);
}

TEST(Contrastive, TakesAsManyOfTheClosestNonMatedPairs) {
  EXPECT_NEAR(ValueOf("margin=1.2,pairs=hardest", ThreeRows()),
              (1 + NonMated(30, 1.2)) / 2,
              1e-9);
}

TEST(Contrastive, TakesTheGivenPairsThatHaveLabels) {
  const LossInput input =
      InputOf(AtDegrees({0, 90, 20, 50, 0, 1}), Labels({0, 0, 0, 1, -1, -1}));
  EXPECT_NEAR(ValueOf("margin=1.2,pairs=given", input),
              (1 + NonMated(30, 1.2)) / 2,
              1e-9);
}

TEST(Contrastive, LeavesNonMatedPairsBeyondTheMargin) {
  const LossInput input = InputOf(AtDegrees({0, 90}), Labels({0, 1}));
  EXPECT_EQ(ValueOf("margin=1", input), 0);
}

TEST(Contrastive, ReportsActivePairsAndSimilarities) {
  const auto metrics = (*Contrastive("margin=0.9"))(ThreeRows()).metrics;
  EXPECT_EQ(metrics.at("active_pairs"), 0.5);
  EXPECT_NEAR(metrics.at("mated_similarity"), 0, 1e-12);
  EXPECT_NEAR(
      metrics.at("non_mated_similarity"), (0.5 + std::sqrt(0.75)) / 2, 1e-12);
}

TEST(Contrastive, GradientAgreesWithFiniteDifferences) {
  const Tensor labels = Labels({0, 0, 1, -1, 1, 2});
  for (const char* options : {"margin=1.5",
                              "pairs=all,margin=1.5",
                              "pairs=hardest,margin=1.5",
                              "pairs=given,margin=1.5"}) {
    EXPECT_LT(
        FeatureGradientError(*Contrastive(options), RandomRows(6), labels),
        1e-8)
        << options;
  }
}

TEST(Contrastive, HasAFiniteGradientForEqualRows) {
  const auto loss = Contrastive("");
  const Tensor rows = Rows({{1, 2}, {1, 2}, {1, 2}});
  EXPECT_TRUE(HasFiniteGradient(*loss, rows, Labels({0, 0, 1})));
  EXPECT_TRUE(
      HasFiniteGradient(*loss, rows.to(torch::kFloat32), Labels({0, 0, 1})));
}

TEST(Contrastive, IsZeroForOneRowAndWithoutLabels) {
  EXPECT_EQ(ValueOf("", InputOf(AtDegrees({0}), Labels({0}))), 0);
  EXPECT_EQ(ValueOf("", InputOf(AtDegrees({0, 9}), Labels({-1, -1}))), 0);
  EXPECT_TRUE(
      HasFiniteGradient(*Contrastive(""), AtDegrees({0, 9}), Labels({-1, -1})));
}

TEST(Contrastive, LearnsFromOneIdentityAndFromNoMates) {
  EXPECT_NEAR(
      ValueOf("", InputOf(AtDegrees({0, 90}), Labels({0, 0}))), 0.5, 1e-9);
  EXPECT_NEAR(ValueOf("", InputOf(AtDegrees({0, 30}), Labels({0, 1}))),
              NonMated(30, 1) / 2,
              1e-9);
  EXPECT_EQ(
      ValueOf("pairs=hardest", InputOf(AtDegrees({0, 30}), Labels({0, 1}))), 0);
}

TEST(Contrastive, NeedsWholePairsWhenTheyAreGiven) {
  EXPECT_THROW(ValueOf("pairs=given", ThreeRows()), TrainError);
}

}  // namespace
}  // namespace mien::train
