// SPDX-License-Identifier: Apache-2.0
#include "train/losses/triplet.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

std::unique_ptr<Loss> Triplet(std::string_view options) {
  SpecOptions parsed("triplet", options);
  return MakeTriplet(parsed, {});
}

Tensor AtDegrees(const std::vector<double>& angles) {
  std::vector<std::vector<double>> rows;
  for (const double angle : angles) {
    const double radians = angle * std::numbers::pi / 180;
    rows.push_back({std::cos(radians), std::sin(radians)});
  }
  return Rows(rows);
}

// Squared distances: mated 1; from the first row 4 and 2 to the others, from
// the second 3 and 2 - sqrt(3). One of four triplets is active.
LossInput FourRows() {
  return InputOf(AtDegrees({0, 60, 180, 90}), Labels({0, 0, 1, 2}));
}

const double kActive = 1 - (2 - std::sqrt(3.0)) + 0.2;

LossValue ValueOf(std::string_view options, const LossInput& input) {
  return (*Triplet(options))(input);
}

TEST(Triplet, MeansActiveTripletsOfBatchAll) {
  const LossValue value = ValueOf("selection=batch-all", FourRows());
  EXPECT_NEAR(value.loss.item<double>(), kActive, 1e-12);
  EXPECT_EQ(value.metrics.at("active_triplets"), 0.25);
}

TEST(Triplet, MeansAllAnchorsOfBatchHard) {
  const LossValue value = ValueOf("selection=batch-hard", FourRows());
  EXPECT_NEAR(value.loss.item<double>(), kActive / 2, 1e-12);
  EXPECT_EQ(value.metrics.at("active_triplets"), 0.5);
}

TEST(Triplet, LeavesNegativesCloserThanThePositiveWithSemiHard) {
  EXPECT_EQ(ValueOf("selection=semi-hard", FourRows()).loss.item<double>(), 0);
  // Of the squared distances 3 and 4 beyond the positive's 1, a margin of 2.5
  // reaches the first: 1 - 3 + 2.5; and 1 - 2 + 2.5 for the other anchor.
  EXPECT_NEAR(ValueOf("margin=2.5", FourRows()).loss.item<double>(), 1, 1e-12);
}

TEST(Triplet, DrawsAnActiveTripletAtRandom) {
  const LossValue value = ValueOf("selection=random", FourRows());
  EXPECT_NEAR(value.loss.item<double>(), kActive, 1e-12);
  EXPECT_EQ(value.metrics.at("active_triplets"), 0.5);
}

TEST(Triplet, TakesRowsAsTripletsOnRequest) {
  const LossInput input = InputOf(AtDegrees({60, 0, 90}), Labels({0, 0, 2}));
  EXPECT_NEAR(
      ValueOf("selection=given", input).loss.item<double>(), kActive, 1e-12);
}

TEST(Triplet, MeasuresEuclideanDistancesOnRequest) {
  const double close = std::sqrt(2 - std::sqrt(3.0));
  EXPECT_NEAR(ValueOf("selection=batch-all,distance=euclidean", FourRows())
                  .loss.item<double>(),
              1 - close + 0.2,
              1e-9);
}

TEST(Triplet, SoftensTheHingeOnRequest) {
  const LossInput input = InputOf(AtDegrees({60, 0, 90}), Labels({0, 0, 2}));
  EXPECT_NEAR(ValueOf("selection=given,form=soft", input).loss.item<double>(),
              std::log1p(std::exp(kActive - 0.2)),
              1e-12);
}

TEST(Triplet, GradientAgreesWithFiniteDifferences) {
  const Tensor labels = Labels({0, 0, 1, 1, 0, -1, 1, 2, 2});
  for (const char* selection :
       {"batch-all", "batch-hard", "semi-hard", "given"}) {
    for (const char* form :
         {"margin=0.5", "form=soft", "distance=euclidean,margin=0.5"}) {
      const std::string options =
          std::string("selection=") + selection + "," + form;
      EXPECT_LT(FeatureGradientError(*Triplet(options), RandomRows(9), labels),
                1e-8)
          << options;
    }
  }
}

// Two rows an identity and two identities leave the draw no choice.
TEST(Triplet, GradientOfRandomSelectionAgreesWithFiniteDifferences) {
  EXPECT_LT(FeatureGradientError(*Triplet("selection=random,margin=4"),
                                 RandomRows(3),
                                 Labels({0, 0, 1})),
            1e-8);
}

TEST(Triplet, CountsItsDrawsSoThatARunCanResume) {
  const LossInput input =
      InputOf(RandomRows(9), Labels({0, 0, 0, 1, 1, 1, 2, 2, 2}));
  const auto loss = Triplet("selection=random");
  (*loss)(input);
  const double second = (*loss)(input).loss.item<double>();
  EXPECT_EQ(loss->buffers().at(0).second.item<std::int64_t>(), 2);

  const auto resumed = Triplet("selection=random");
  resumed->buffers().at(0).second.fill_(1);
  EXPECT_EQ((*resumed)(input).loss.item<double>(), second);
  EXPECT_TRUE(Triplet("")->buffers().empty());
}

TEST(Triplet, HasAFiniteGradientForEqualRows) {
  const Tensor rows = Rows({{1, 2}, {1, 2}, {1, 2}});
  for (const char* options :
       {"distance=euclidean", "distance=euclidean,selection=batch-hard", ""}) {
    const auto loss = Triplet(options);
    EXPECT_TRUE(HasFiniteGradient(*loss, rows, Labels({0, 0, 1}))) << options;
    EXPECT_TRUE(
        HasFiniteGradient(*loss, rows.to(torch::kFloat32), Labels({0, 0, 1})))
        << options;
  }
}

TEST(Triplet, StaysAtTheMarginWhenEverythingCollapses) {
  const LossInput input =
      InputOf(Rows({{1, 2}, {1, 2}, {1, 2}}), Labels({0, 0, 1}));
  EXPECT_NEAR(
      ValueOf("selection=batch-hard", input).loss.item<double>(), 0.2, 1e-12);
}

TEST(Triplet, IsAZeroWithGradientWithoutTriplets) {
  for (const char* selection :
       {"batch-all", "batch-hard", "semi-hard", "random"}) {
    const auto loss = Triplet(std::string("selection=") + selection);
    for (const Tensor& labels :
         {Labels({0, 0}), Labels({0, 1}), Labels({-1, -1})}) {
      EXPECT_EQ((*loss)(InputOf(AtDegrees({0, 9}), labels)).loss.item<double>(),
                0);
      EXPECT_TRUE(HasFiniteGradient(*loss, AtDegrees({0, 9}), labels));
    }
    EXPECT_EQ((*loss)(InputOf(AtDegrees({0}), Labels({0}))).loss.item<double>(),
              0);
  }
}

TEST(Triplet, NeedsLabels) {
  EXPECT_THROW(ValueOf("", InputOf(AtDegrees({0}))), TrainError);
}

}  // namespace
}  // namespace mien::train
