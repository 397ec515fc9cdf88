// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "mien/identifier.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ModelContract Calibrated() {
  ModelContract contract;
  contract.calibration = {
      {0.2F, 1e-2}, {0.3F, 1e-3}, {0.4F, 1e-4}, {0.5F, 1e-5}};
  return contract;
}

TEST(ChooseIdentifyThresholds, GrowWithTheGallery) {
  const auto one = ChooseThresholds(
      Calibrated(), IdentifyOptions{.fpir = 0.001, .possible_fpir = 0.01}, 1);
  ASSERT_TRUE(one);
  EXPECT_NEAR(one->match, 0.3F, 1e-4F);
  EXPECT_NEAR(one->possible, 0.2F, 1e-4F);
  EXPECT_EQ(one->fpir, 0.001);
  EXPECT_FALSE(one->is_extrapolated);
  // A hundred templates: a hundredth of the rate each, to first order.
  const auto hundred = ChooseThresholds(
      Calibrated(), IdentifyOptions{.fpir = 0.001, .possible_fpir = 0.01}, 100);
  ASSERT_TRUE(hundred);
  EXPECT_NEAR(hundred->match, 0.5F, 1e-3F);
  EXPECT_NEAR(hundred->possible, 0.4F, 1e-3F);
}

TEST(ChooseIdentifyThresholds, ProlongTheCurveAndSaySo) {
  const auto chosen =
      ChooseThresholds(Calibrated(),
                       IdentifyOptions{.fpir = 0.001, .possible_fpir = 0.01},
                       1000);
  ASSERT_TRUE(chosen);
  EXPECT_TRUE(chosen->is_extrapolated);
  EXPECT_NEAR(chosen->match, 0.6F, 1e-3F);  // 1e-6, a decade further
}

TEST(ChooseIdentifyThresholds, PromiseNothingWithoutCalibration) {
  ModelContract contract;
  contract.default_threshold = 0.35F;
  const auto chosen = ChooseThresholds(contract, IdentifyOptions{}, 1000);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->match, 0.35F);
  EXPECT_FALSE(chosen->fpir);
}

TEST(ChooseIdentifyThresholds, NameTheOptionThatIsWrong) {
  EXPECT_THAT(ChooseThresholds(Calibrated(), IdentifyOptions{.fpir = 2.0}, 1)
                  .error()
                  .message,
              HasSubstr("fpir is 2"));
  EXPECT_THAT(
      ChooseThresholds(
          Calibrated(), IdentifyOptions{.fpir = 0.1, .possible_fpir = 0.05}, 1)
          .error()
          .message,
      HasSubstr("possible_fpir is 0.05; must be at least fpir (0.1)"));
  EXPECT_FALSE(
      ChooseThresholds(Calibrated(), IdentifyOptions{.max_candidates = 0}, 1));
}

std::vector<std::int64_t> Subjects(const Identification& answer) {
  std::vector<std::int64_t> subjects;
  for (const Candidate& candidate : answer.candidates) {
    subjects.push_back(candidate.subject_id);
  }
  return subjects;
}

TEST(DecideIdentities, SaysUnknownBelowTheThresholds) {
  const std::vector<std::vector<Candidate>> faces = {
      {{1, "Ada", 0.7F}, {2, "Bob", 0.2F}},
      {{3, "Cyd", 0.45F}},
      {{4, "Dan", 0.1F}},
      {}};
  const auto answers = DecideIdentities(faces, {0.5F, 0.4F});
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0].decision, Decision::kMatch);
  EXPECT_EQ(answers[1].decision, Decision::kPossible);
  EXPECT_EQ(answers[2].decision, Decision::kUnknown);
  EXPECT_EQ(answers[3].decision, Decision::kUnknown);
  EXPECT_THAT(Subjects(answers[0]), ElementsAre(1, 2));
  EXPECT_THAT(Subjects(answers[2]), ElementsAre(4));
}

TEST(DecideIdentities, GivesASubjectToOneFaceOnly) {
  const std::vector<std::vector<Candidate>> faces = {
      {{1, "Ada", 0.80F}, {2, "Bob", 0.75F}}, {{1, "Ada", 0.79F}}};
  const auto answers = DecideIdentities(faces, {0.5F, 0.4F});
  EXPECT_THAT(Subjects(answers[0]), ElementsAre(2));
  EXPECT_THAT(Subjects(answers[1]), ElementsAre(1));
  EXPECT_EQ(answers[0].decision, Decision::kMatch);
  EXPECT_EQ(answers[1].decision, Decision::kMatch);
}

TEST(DecideIdentities, TheOtherFaceMayEndUnknown) {
  const std::vector<std::vector<Candidate>> faces = {{{1, "Ada", 0.6F}},
                                                     {{1, "Ada", 0.9F}}};
  const auto answers = DecideIdentities(faces, {0.5F, 0.4F});
  EXPECT_EQ(answers[0].decision, Decision::kUnknown);
  EXPECT_TRUE(answers[0].candidates.empty());
  EXPECT_EQ(answers[1].decision, Decision::kMatch);
}

TEST(DecideIdentities, ASimilarityAtTheThresholdPasses) {
  const std::vector<std::vector<Candidate>> faces = {{{1, "Ada", 0.4F}}};
  EXPECT_EQ(DecideIdentities(faces, {0.4F, 0.4F}).front().decision,
            Decision::kMatch);
}

}  // namespace
}  // namespace mien
