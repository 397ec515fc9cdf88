// SPDX-License-Identifier: Apache-2.0
#include "eval/pair_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "core/temp_dir.h"
#include "eval/fake_faces.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Two folds of a mated and a non-mated pair, of pictures a to d.
PairList TwoFolds() {
  return {.num_folds = 2,
          .pairs = {{"a", "b", Truth::kMated, 0},
                    {"a", "c", Truth::kNonMated, 0},
                    {"c", "d", Truth::kMated, 1},
                    {"b", "d", Truth::kNonMated, 1}}};
}

PictureDescriptions Described(
    std::vector<std::pair<std::string, Descriptor>> pictures) {
  PictureDescriptions descriptions;
  for (auto& [path, descriptor] : pictures) {
    descriptions.emplace(path, std::move(descriptor));
  }
  return descriptions;
}

class ScorePairsTest : public ::testing::Test {
 protected:
  LevelEmbedder embedder_;
  NetworkMethod method_{embedder_};
  PictureDescriptions apart_ = Described({{"a", {1.0F, 0.0F}},
                                          {"b", {1.0F, 0.0F}},
                                          {"c", {0.0F, 1.0F}},
                                          {"d", {0.0F, 1.0F}}});
};

TEST_F(ScorePairsTest, SeparatesTwoPeopleWithoutError) {
  const auto scores = ScorePairs(TwoFolds(), apart_, method_, {});
  ASSERT_TRUE(scores);
  EXPECT_TRUE(scores->failed.empty());
  ASSERT_EQ(scores->folds.size(), 2U);
  EXPECT_EQ(scores->folds[0].accuracy, 1.0);
  EXPECT_EQ(scores->folds[1].accuracy, 1.0);
  EXPECT_EQ(scores->comparisons[0].similarity, 1.0F);
  EXPECT_EQ(scores->comparisons[1].similarity, 0.0F);
  EXPECT_EQ(AreaUnderRoc(scores->mean_roc), 1.0);
  EXPECT_FALSE(scores->best_accuracy);
}

TEST_F(ScorePairsTest, ListsPairsThatCouldNotBeComparedAndCountsThemAsWrong) {
  apart_.erase("d");
  apart_.emplace("d", Error{ErrorCode::kInvalidImage, "d.jpg: no face found"});
  const auto scores = ScorePairs(TwoFolds(), apart_, method_, {});
  ASSERT_TRUE(scores);
  ASSERT_EQ(scores->failed.size(), 2U);
  EXPECT_EQ(scores->failed[0].pair.a, "c");
  EXPECT_EQ(scores->failed[0].reason, "d.jpg: no face found");
  EXPECT_EQ(scores->comparisons[2].similarity, -kInfinity);
  EXPECT_EQ(scores->comparisons[3].similarity, kInfinity);
  EXPECT_EQ(scores->folds[1].accuracy, 0.0);
}

TEST_F(ScorePairsTest, GivesTheBestAccuracyOfAListWithoutFolds) {
  PairList list = TwoFolds();
  list.num_folds = 1;
  const auto scores = ScorePairs(list, apart_, method_, {});
  ASSERT_TRUE(scores);
  EXPECT_TRUE(scores->folds.empty());
  EXPECT_EQ(scores->best_accuracy, 1.0);
  EXPECT_FALSE(
      ScorePairs(list, apart_, method_, {.mean = MeanSubtraction::kYes}));
}

TEST_F(ScorePairsTest, JudgesBySquaredDistanceOrAngle) {
  const auto squared = ScorePairs(TwoFolds(),
                                  Described({{"a", {1.0F, 0.0F, 1.0F, 0.0F}},
                                             {"b", {1.0F, 0.0F, 0.0F, 1.0F}},
                                             {"c", {0.0F, 1.0F, 0.0F, 1.0F}},
                                             {"d", {0.0F, 1.0F, 0.0F, 1.0F}}}),
                                  method_,
                                  {.protocol = PairProtocol::kSandbergSquared});
  ASSERT_TRUE(squared);
  // Squared distances 2 and 4 of the embeddings with their mirrored halves.
  EXPECT_EQ(squared->comparisons[0].similarity, 0.0F);
  EXPECT_EQ(squared->comparisons[1].similarity, -1.0F);

  const auto angle = ScorePairs(
      TwoFolds(), apart_, method_, {.protocol = PairProtocol::kSandbergAngle});
  ASSERT_TRUE(angle);
  EXPECT_NEAR(angle->comparisons[1].similarity, 0.0F, 1e-6F);
  // An angle of 90 degrees is half of pi; the other fold's mated pair has 0.
  EXPECT_DOUBLE_EQ(angle->folds[0].threshold, 0.01);
}

TEST_F(ScorePairsTest, SubtractsTheMeanOfTheOtherFoldsPairs) {
  // Of fold 1: c, d, b, d, whose mean is (0.25, 0.75).
  const auto scores = ScorePairs(TwoFolds(),
                                 apart_,
                                 method_,
                                 {.protocol = PairProtocol::kSandbergAngle,
                                  .mean = MeanSubtraction::kYes});
  ASSERT_TRUE(scores);
  // a - mean = (0.75, -0.75), c - mean = (-0.25, 0.25): opposite directions.
  EXPECT_NEAR(scores->comparisons[1].similarity, -1.0F, 1e-6F);
}

/// Learns the mean of what it is shown, and remembers how much that was.
class LearningMethod final : public FaceMethod {
 public:
  [[nodiscard]] std::string name() const override { return "learner"; }

  [[nodiscard]] std::string id() const override { return "learner"; }

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  [[nodiscard]] Result<std::vector<Descriptor>> Describe(
      std::span<const Image>) const override {
    return std::vector<Descriptor>();
  }

  [[nodiscard]] Result<std::optional<LinearProjection>> Learn(
      std::span<const Descriptor* const> training) const override {
    seen_.push_back(training.size());
    return std::optional(
        LinearProjection{.mean = MeanOf(training), .rows = {}});
  }

  [[nodiscard]] float Similarity(std::span<const float> a,
                                 std::span<const float> b) const override {
    return CosineSimilarity(a, b);
  }

  mutable std::vector<std::size_t> seen_;

 private:
  ModelContract contract_;
};

TEST_F(ScorePairsTest, TeachesOnPicturesThatTheFoldDoesNotShow) {
  const LearningMethod method;
  const auto scores = ScorePairs(TwoFolds(), apart_, method, {});
  ASSERT_TRUE(scores);
  // Fold 0 shows a, b, c and fold 1 shows b, c, d: only d, or a, is left.
  EXPECT_THAT(method.seen_, ElementsAre(1U, 1U));
  // Fold 0 without d = (0, 1): a and b become (1, -1), c becomes (0, 0).
  EXPECT_EQ(scores->comparisons[0].similarity, 1.0F);
}

TEST(DescribePairs, ReadsEachPictureOnceAndSaysWhenThereIsNone) {
  const TempDir dir;
  const LevelEmbedder embedder;
  const NetworkMethod method(embedder);
  const std::vector<const FaceMethod*> methods = {&method};
  const WholePictureDetector detector;
  PairList list;
  list.pairs = {{"a.png", "b.png", Truth::kMated},
                {"a.png", "none.png", Truth::kNonMated}};
  const DescribeOptions options = {.detector = &detector};
  const auto nothing = DescribePairs(list, dir.path(), methods, options);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(nothing.error().message, HasSubstr("no face in any picture"));
  ASSERT_TRUE(SaveGrey(dir / "a.png", 20));
  ASSERT_TRUE(SaveGrey(dir / "b.png", 30));
  const auto described = DescribePairs(list, dir.path(), methods, options);
  ASSERT_TRUE(described);
  EXPECT_EQ(described->front().size(), 3U);
  EXPECT_FALSE(described->front().at("none.png"));
}

TEST(FiguresOf, CountsFailuresAsErrors) {
  const std::vector<Comparison> comparisons = {{0.9F, Truth::kMated},
                                               {-kInfinity, Truth::kMated},
                                               {0.1F, Truth::kNonMated},
                                               {kInfinity, Truth::kNonMated}};
  const VerificationFigures figures = FiguresOf(comparisons);
  EXPECT_EQ(figures.num_mated, 2U);
  EXPECT_EQ(figures.num_non_mated, 2U);
  EXPECT_EQ(figures.auc, 0.25);
  EXPECT_EQ(figures.eer, 0.5);
  EXPECT_TRUE(figures.fnmr_at_fmr.empty());  // two cannot tell a tenth
}

TEST(FiguresOf, KnowsNothingOfNoComparisons) {
  const VerificationFigures figures = FiguresOf({});
  EXPECT_FALSE(figures.auc);
  EXPECT_FALSE(figures.tmr_at_fmr_1e3);
  EXPECT_TRUE(figures.roc.empty());
}

}  // namespace
}  // namespace mien
