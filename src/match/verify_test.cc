// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "mien/matcher.h"

namespace mien {
namespace {

ModelContract Calibrated() {
  ModelContract contract;
  contract.default_threshold = 0.9F;  // must lose against the calibration
  contract.calibration = {{0.1F, 1e-1}, {0.2F, 1e-2}, {0.4F, 1e-4}};
  return contract;
}

TEST(ChooseThresholds, TakesThePointOfTheWishedRate) {
  const auto thresholds =
      ChooseThresholds(Calibrated(), {.fmr = 1e-2, .possible_fmr = 1e-1});
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, 0.2F);
  EXPECT_FLOAT_EQ(thresholds->possible, 0.1F);
  EXPECT_EQ(thresholds->fmr, 1e-2);
}

TEST(ChooseThresholds, InterpolatesTheLogarithmOfTheRate) {
  const auto thresholds = ChooseThresholds(Calibrated());
  ASSERT_TRUE(thresholds);
  EXPECT_NEAR(thresholds->match, 0.3F, 1e-6F);  // 1e-3 is half way
  EXPECT_FLOAT_EQ(thresholds->possible, 0.2F);
  EXPECT_EQ(thresholds->fmr, 1e-3);
}

TEST(ChooseThresholds, StatesTheCurvesLargestRateForALargerWish) {
  const auto thresholds =
      ChooseThresholds(Calibrated(), {.fmr = 0.5, .possible_fmr = 0.6});
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, 0.1F);
  EXPECT_EQ(thresholds->fmr, 1e-1);
}

TEST(ChooseThresholds, RefusesARateBelowTheCalibration) {
  const auto thresholds = ChooseThresholds(Calibrated(), {.fmr = 1e-6});
  ASSERT_FALSE(thresholds);
  EXPECT_EQ(thresholds.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(thresholds.error().message,
            "fmr is 1e-06; the model is calibrated down to 0.0001");
}

TEST(ChooseThresholds, TakesTheStricterPointBesideARateOfZero) {
  ModelContract contract;
  contract.calibration = {{0.2F, 1e-2}, {0.5F, 0.0}};
  const auto thresholds = ChooseThresholds(contract);
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, 0.5F);
}

TEST(ChooseThresholds, StatesTheRateOfAGivenThreshold) {
  const auto thresholds = ChooseThresholds(Calibrated(), {.threshold = 0.25F});
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, 0.25F);
  EXPECT_FLOAT_EQ(thresholds->possible, 0.2F);
  EXPECT_EQ(thresholds->fmr, 1e-2);
}

TEST(ChooseThresholds, KnowsNoRateBelowTheCurve) {
  const auto thresholds = ChooseThresholds(Calibrated(), {.threshold = 0.05F});
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->possible, 0.05F);
  EXPECT_FALSE(thresholds->fmr);
}

TEST(ChooseThresholds, TakesTheModelsOwnThresholdWithoutACalibration) {
  ModelContract contract;
  contract.default_threshold = 0.31F;
  const auto thresholds = ChooseThresholds(contract);
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, 0.31F);
  EXPECT_FLOAT_EQ(thresholds->possible, 0.21F);
  EXPECT_FALSE(thresholds->fmr);
}

TEST(ChooseThresholds, FallsBackWhenTheModelStatesNothing) {
  const auto thresholds = ChooseThresholds(ModelContract{});
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, kFallbackThreshold);
}

TEST(VerifyOptions, RefusesWhatIsOutOfRange) {
  EXPECT_FALSE(VerifyOptions{.fmr = 0.0}.Validate());
  EXPECT_FALSE(VerifyOptions{.fmr = std::nan("")}.Validate());
  EXPECT_FALSE((VerifyOptions{.fmr = 0.1, .possible_fmr = 0.01}.Validate()));
  EXPECT_FALSE(VerifyOptions{.threshold = 1.5F}.Validate());
  EXPECT_TRUE(VerifyOptions{.threshold = -1.0F}.Validate());
}

TEST(Decide, PassesAThresholdThatIsMetExactly) {
  const VerifyThresholds thresholds = {.match = 0.5F, .possible = 0.25F};
  EXPECT_EQ(Decide(0.5F, thresholds), Decision::kMatch);
  EXPECT_EQ(Decide(0.49F, thresholds), Decision::kPossible);
  EXPECT_EQ(Decide(0.25F, thresholds), Decision::kPossible);
  EXPECT_EQ(Decide(0.24F, thresholds), Decision::kUnknown);
}

TEST(Decide, DoesNotMatchWhatIsNotANumber) {
  EXPECT_EQ(Decide(std::nanf(""), {}), Decision::kUnknown);
}

TEST(Decision, HasTheNamesOfTheContract) {
  EXPECT_EQ(DecisionName(Decision::kMatch), "match");
  EXPECT_EQ(DecisionName(Decision::kPossible), "possible");
  EXPECT_EQ(DecisionName(Decision::kUnknown), "unknown");
}

}  // namespace
}  // namespace mien
