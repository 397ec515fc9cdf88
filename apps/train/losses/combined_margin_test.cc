// SPDX-License-Identifier: Apache-2.0
//
// ArcFace and CosFace too, which are combined margins.
#include "train/losses/combined_margin.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "train/losses/arcface.h"
#include "train/losses/cosface.h"
#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

constexpr double kPi = std::numbers::pi;

// Two identities with centres along x and y.
std::unique_ptr<Loss> WithAxesAsCentres(const MarginOptions& options) {
  auto loss = MakeMarginLoss(
      "arcface", options, {.embedding_size = 2, .num_identities = 2});
  Tensor centres = loss->parameters().at(0).second;
  const torch::NoGradGuard no_grad;
  centres.copy_(Rows({{3, 0}, {0, 0.5}}));
  return loss;
}

LossValue OfOneRow(const MarginOptions& options, double angle) {
  return (*WithAxesAsCentres(options))(
      InputOf(Rows({{std::cos(angle), std::sin(angle)}}), Labels({0})));
}

double CrossEntropy(double target, double other) {
  return std::log1p(std::exp(other - target));
}

double At(double angle, const MarginOptions& options) {
  return MarginCosine(torch::tensor({std::cos(angle)}, torch::kFloat64),
                      options)
      .item<double>();
}

TEST(ArcFace, AddsTheMarginToTheAngle) {
  const double loss =
      OfOneRow({.scale = 4, .m2 = 0.5}, 0.3).loss.item<double>();
  EXPECT_NEAR(loss, CrossEntropy(4 * std::cos(0.8), 4 * std::sin(0.3)), 1e-6);
}

TEST(CosFace, TakesTheMarginFromTheCosine) {
  const double loss =
      OfOneRow({.scale = 4, .m3 = 0.4}, 0.3).loss.item<double>();
  EXPECT_NEAR(
      loss, CrossEntropy(4 * (std::cos(0.3) - 0.4), 4 * std::sin(0.3)), 1e-6);
}

TEST(CombinedMargin, JoinsAllThreeMargins) {
  EXPECT_NEAR(
      At(0.3, {.m1 = 2, .m2 = 0.3, .m3 = 0.2}), std::cos(0.9) - 0.2, 1e-12);
}

TEST(CombinedMargin, FallsWithTheAngleUpTo180Degrees) {
  for (const MarginOptions& options :
       {MarginOptions{.m2 = 0.5}, MarginOptions{.m1 = 4, .m2 = 1}}) {
    double last = 2;
    for (int degrees = 1; degrees < 180; ++degrees) {
      const double value = At(degrees * kPi / 180, options);
      EXPECT_LT(value, last) << degrees;
      last = value;
    }
  }
}

TEST(CombinedMargin, CountsNearestCentresWithoutMargin) {
  // 40 degrees from its centre, 50 from the other: right without the margin.
  const LossValue value = OfOneRow({.scale = 64, .m2 = 0.5}, 40 * kPi / 180);
  EXPECT_EQ(value.metrics.at("accuracy"), 1);
  EXPECT_NEAR(
      value.metrics.at("target_cosine"), std::cos(40 * kPi / 180), 1e-6);
  EXPECT_GT(value.loss.item<double>(), 1);
}

TEST(CombinedMargin, GradientsAgreeWithFiniteDifferences) {
  const Tensor labels = Labels({0, 2, 1, -1, 2});
  for (const MarginOptions& options :
       {MarginOptions{.scale = 8, .m2 = 0.5},
        MarginOptions{.scale = 8, .m3 = 0.4},
        MarginOptions{.scale = 8, .m1 = 2, .m2 = 0.3, .m3 = 0.2}}) {
    const auto loss = MakeMarginLoss(
        "arcface", options, {.embedding_size = 5, .num_identities = 3});
    EXPECT_LT(FeatureGradientError(*loss, RandomRows(5), labels), 1e-7);
    EXPECT_LT(ParameterGradientError(*loss, 0, InputOf(RandomRows(5), labels)),
              1e-7);
  }
}

TEST(CombinedMargin, GradientIsFiniteOnTheCentreAndOppositeOfIt) {
  for (const double x : {1.0, -1.0}) {
    const auto loss = WithAxesAsCentres({.m2 = 0.5});
    EXPECT_TRUE(
        HasFiniteGradient(*loss, Rows({{x, 0}, {x, 0}}), Labels({0, 0})));
    EXPECT_TRUE(HasFiniteGradient(
        *loss, Rows({{x, 0}}).to(torch::kFloat32), Labels({0})));
  }
}

TEST(CombinedMargin, SkipsRowsWithoutLabel) {
  const auto loss = WithAxesAsCentres({.scale = 4, .m2 = 0.5});
  const Tensor rows = Rows({{1, 0.3}, {0.2, 1}, {1, 1}});
  const LossValue some = (*loss)(InputOf(rows, Labels({0, 1, -1})));
  const LossValue two = (*loss)(InputOf(rows.slice(0, 0, 2), Labels({0, 1})));
  EXPECT_EQ(some.loss.item<double>(), two.loss.item<double>());
}

TEST(CombinedMargin, IsAZeroWithGradientWithoutLabels) {
  const auto loss = WithAxesAsCentres({});
  Tensor rows = Rows({{1, 0.3}}).requires_grad_(true);
  const LossValue value = (*loss)(InputOf(rows, Labels({-1})));
  EXPECT_EQ(value.loss.item<double>(), 0);
  value.loss.backward();
  EXPECT_EQ(rows.grad().abs().sum().item<double>(), 0);
}

TEST(CombinedMargin, NamesALabelOutOfRange) {
  const auto loss = WithAxesAsCentres({});
  EXPECT_THROW((*loss)(InputOf(Rows({{1, 0}}), Labels({2}))), TrainError);
  EXPECT_THROW((*loss)(InputOf(Rows({{1, 0}}), Labels({0, 1}))), TrainError);
  EXPECT_THROW((*loss)(InputOf(Rows({{1, 0}}))), TrainError);
}

TEST(CombinedMargin, NeedsIdentities) {
  EXPECT_THROW(MakeMarginLoss("arcface", {}, {.num_identities = 0}),
               TrainError);
}

// The named losses are these options.
TEST(CombinedMargin, IsArcFaceAndCosFaceByTheirPapersDefaults) {
  const LossSetting setting{.embedding_size = 5, .num_identities = 3};
  const LossInput input = InputOf(RandomRows(3), Labels({0, 1, 2}));
  SpecOptions arc("arcface", "");
  SpecOptions cos("cosface", "");
  EXPECT_EQ((*MakeArcFace(arc, setting))(input).loss.item<double>(),
            (*MakeMarginLoss("a", {.scale = 64, .m2 = 0.5}, setting))(input)
                .loss.item<double>());
  EXPECT_EQ((*MakeCosFace(cos, setting))(input).loss.item<double>(),
            (*MakeMarginLoss("a", {.scale = 64, .m3 = 0.4}, setting))(input)
                .loss.item<double>());
}

}  // namespace
}  // namespace mien::train
