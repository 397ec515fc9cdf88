// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/match_priors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/ssd_family.h"

namespace mien::train {
namespace {

using testing::ElementsAre;

nets::PriorBox SquarePrior(float x, float y, float side) {
  return {{x, y}, side, side};
}

AnnotatedFace FaceAt(const Box& box) { return {.box = box}; }

TEST(MatchPriors, TakesFacesFromTheMatchingOverlapOn) {
  // A face of 20 x 20 around (10, 10): priors of side 12 and 11 share 144 / 400
  // = 0.36 and 121 / 400 = 0.3025 with it.
  const auto targets = MatchPriors(std::vector{SquarePrior(10, 10, 20),
                                               SquarePrior(10, 10, 12),
                                               SquarePrior(10, 10, 11)},
                                   std::vector{FaceAt({0, 0, 20, 20})});
  EXPECT_THAT(targets.labels, ElementsAre(kFace, kFace, kBackground));
}

TEST(MatchPriors, GivesEachFaceItsBestPriorBelowThatOverlap) {
  // 0.25 and 0.2025 of the union.
  const auto targets =
      MatchPriors(std::vector{SquarePrior(10, 10, 9), SquarePrior(10, 10, 10)},
                  std::vector{FaceAt({0, 0, 20, 20})});
  EXPECT_THAT(targets.labels, ElementsAre(kBackground, kFace));
}

TEST(MatchPriors, LeavesFacesThatNoPriorFits) {
  const auto targets = MatchPriors(std::vector{SquarePrior(10, 10, 8)},
                                   std::vector{FaceAt({0, 0, 20, 20})});
  EXPECT_THAT(targets.labels, ElementsAre(kBackground));  // 64 / 400 = 0.16
}

TEST(MatchPriors, ChoosesTheFaceOfGreaterOverlap) {
  const std::vector priors = {SquarePrior(10, 10, 20)};
  const auto targets = MatchPriors(
      priors, std::vector{FaceAt({6, 0, 26, 20}), FaceAt({2, 0, 22, 20})});
  EXPECT_EQ(targets.boxes[0], nets::EncodeBox(priors[0], {2, 0, 22, 20}));
}

TEST(MatchPriors, IgnoresPriorsOnFacesToIgnore) {
  AnnotatedFace crowd = FaceAt({0, 0, 100, 100});
  crowd.ignore = true;
  const auto targets = MatchPriors(
      std::vector{SquarePrior(20, 20, 10), SquarePrior(120, 20, 10)},
      std::vector{crowd});
  EXPECT_THAT(targets.labels, ElementsAre(kIgnored, kBackground));
}

TEST(MatchPriors, MarksWhichFacesHaveLandmarks) {
  AnnotatedFace marked = FaceAt({0, 0, 20, 20});
  marked.landmarks = Landmarks{};
  const auto targets =
      MatchPriors(std::vector{SquarePrior(10, 10, 20), SquarePrior(60, 10, 20)},
                  std::vector{marked, FaceAt({50, 0, 70, 20})});
  EXPECT_THAT(targets.has_landmarks, ElementsAre(1, 0));
}

// The outputs of a network that has learned `targets`.
struct PerfectOutputs {
  std::vector<float> scores;
  std::vector<float> boxes;
  std::vector<float> landmarks;

  explicit PerfectOutputs(const PriorTargets& targets) {
    for (std::size_t i = 0; i < targets.labels.size(); ++i) {
      const bool is_face = targets.labels[i] == kFace;
      scores.push_back(is_face ? 0.0F : 1.0F);
      scores.push_back(is_face ? 1.0F : 0.0F);
      boxes.insert(
          boxes.end(), targets.boxes[i].begin(), targets.boxes[i].end());
      landmarks.insert(landmarks.end(),
                       targets.landmarks[i].begin(),
                       targets.landmarks[i].end());
    }
  }

  [[nodiscard]] std::vector<NetOutput> AsNetOutputs() const {
    return {
        {"conf", 2, scores}, {"loc", 4, boxes}, {"landmarks", 10, landmarks}};
  }
};

TEST(MatchPriors, TargetsAreWhatTheDetectorDecodes) {
  constexpr int kSide = 128;
  const AnnotatedFace face = {
      .box = {31.5F, 22, 74, 80.25F},
      .landmarks =
          Landmarks{{{40, 45}, {62.5F, 44}, {51, 55}, {43, 66}, {60, 67}}}};
  const auto priors = nets::GeneratePriors(nets::FaceSsdPriors(), kSide, kSide);
  const PerfectOutputs outputs(MatchPriors(priors, std::vector{face}));
  const auto found =
      DecodeMienSsd(outputs.AsNetOutputs(),
                    {.width = kSide, .height = kSide, .threshold = 0.5F});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_FALSE(found->empty());
  for (const Detection& detection : *found) {
    EXPECT_NEAR(detection.box.x0, 31.5F, 1e-3F);
    EXPECT_NEAR(detection.box.y1, 80.25F, 1e-3F);
    EXPECT_NEAR(detection.landmarks[1].x, 62.5F, 1e-3F);
    EXPECT_NEAR(detection.landmarks[4].y, 67, 1e-3F);
  }
}

}  // namespace
}  // namespace mien::train
