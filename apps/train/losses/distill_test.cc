// SPDX-License-Identifier: Apache-2.0
#include "train/losses/distill.h"

#include <gtest/gtest.h>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

std::unique_ptr<Loss> Distill(std::string_view options,
                              std::int64_t student_size,
                              std::int64_t teacher_size) {
  SpecOptions parsed("distill", options);
  return MakeDistill(
      parsed, {.embedding_size = student_size, .teacher_size = teacher_size});
}

// Cosines to the teacher 0.6 and 1; similarity of the rows 0, the teacher's
// 0.8.
LossInput TwoRows() {
  return InputOf(Rows({{2, 0}, {0, 3}}), {}, Rows({{0.6, 0.8}, {0, 1}}));
}

TEST(Distill, IsOneMinusTheMeanCosine) {
  const LossValue value = (*Distill("relation=0", 2, 2))(TwoRows());
  EXPECT_NEAR(value.loss.item<double>(), 0.2, 1e-12);
  EXPECT_NEAR(value.metrics.at("teacher_cosine"), 0.8, 1e-12);
}

TEST(Distill, AddsTheSquaredDifferenceOfSimilarities) {
  const LossValue value = (*Distill("relation=5", 2, 2))(TwoRows());
  EXPECT_NEAR(value.loss.item<double>(), 0.2 + 5 * 0.64, 1e-12);
  EXPECT_NEAR(value.metrics.at("relation_error"), 0.8, 1e-12);
}

TEST(Distill, MeasuresSquaredDistancesWithL2) {
  const LossValue value = (*Distill("metric=l2,relation=0", 2, 2))(TwoRows());
  EXPECT_NEAR(value.loss.item<double>(), 0.4, 1e-12);
}

TEST(Distill, IsZeroForTheTeacherItself) {
  const Tensor rows = RandomRows(4);
  const LossInput input = InputOf(rows, {}, Normalized(rows));
  EXPECT_NEAR((*Distill("", 5, 5))(input).loss.item<double>(), 0, 1e-12);
}

TEST(Distill, ProjectsEmbeddingsOfAnotherSize) {
  const auto loss = Distill("relation=0,metric=l2,bridge=projection", 3, 2);
  Tensor projection = loss->parameters().at(0).second;
  EXPECT_EQ(projection.sizes().vec(), (std::vector<std::int64_t>{2, 3}));
  {
    const torch::NoGradGuard no_grad;
    projection.copy_(Rows({{1, 0, 0}, {0, 2, 0}}));
  }
  // P e = (0.6, 1.6), 1 away from (0.6, 0.6).
  const LossInput input =
      InputOf(Rows({{0.6, 0.8, 0}}), {}, Rows({{0.6, 0.6}}));
  EXPECT_NEAR((*loss)(input).loss.item<double>(), 1, 1e-6);
}

TEST(Distill, LiftsASmallerTeacherWithoutChangingItsSimilarities) {
  const auto loss = Distill("", 6, 3);
  EXPECT_TRUE(loss->parameters().empty());
  const Tensor lift = loss->buffers().at(0).second.to(torch::kFloat64);
  const Tensor teacher = Normalized(RandomRows(4).slice(1, 0, 3));
  const Tensor lifted = teacher.matmul(lift.t());
  EXPECT_EQ(lifted.size(1), 6);
  EXPECT_LT((lifted.matmul(lifted.t()) - teacher.matmul(teacher.t()))
                .abs()
                .max()
                .item<double>(),
            1e-6);
  // The lifted teacher is the target.
  EXPECT_NEAR(
      (*loss)(InputOf(3 * lifted, {}, teacher)).loss.item<double>(), 0, 1e-6);
}

TEST(Distill, LiftsByItsSeed) {
  const auto lift = [](std::uint64_t seed) {
    SpecOptions options("distill", "");
    return MakeDistill(options,
                       {.embedding_size = 8, .teacher_size = 3, .seed = seed})
        ->buffers()
        .at(0)
        .second;
  };
  EXPECT_TRUE(lift(1).equal(lift(1)));
  EXPECT_FALSE(lift(1).equal(lift(2)));
}

TEST(Distill, BeginsWithAXavierProjectionOfItsSeed) {
  const LossSetting setting{.embedding_size = 512, .teacher_size = 128};
  SpecOptions options("distill", "bridge=projection");
  const Tensor first = MakeDistill(options, setting)->parameters().at(0).second;
  const Tensor again = MakeDistill(options, setting)->parameters().at(0).second;
  EXPECT_TRUE(first.equal(again));
  const double bound = std::sqrt(6.0 / 640);
  EXPECT_LE(first.abs().max().item<double>(), bound);
  EXPECT_NEAR(first.std().item<double>(), bound / std::sqrt(3.0), 1e-3);
  EXPECT_TRUE(first.requires_grad() && first.is_leaf());
}

TEST(Distill, RelatesTheEmbeddingsThemselvesDespiteAProjection) {
  const auto loss = Distill("point=0,relation=1", 3, 2);
  EXPECT_TRUE(loss->parameters().empty());
  // Similarity 0 of the embeddings, 0.8 of the teacher's.
  const LossInput input =
      InputOf(Rows({{1, 0, 0}, {0, 0, 1}}), {}, Rows({{0.6, 0.8}, {0, 1}}));
  EXPECT_NEAR((*loss)(input).loss.item<double>(), 0.64, 1e-12);
}

TEST(Distill, RelatesTheProjectionsOnRequest) {
  const auto loss = Distill("point=0,relation=1,on=projection", 3, 2);
  Tensor projection = loss->parameters().at(0).second;
  {
    const torch::NoGradGuard no_grad;
    projection.copy_(Rows({{1, 0, 0}, {0, 1, 1}}));
  }
  // Projections (1, 0) and (0, 1), as are the teacher's.
  const LossInput input =
      InputOf(Rows({{1, 0, 0}, {0, 0, 1}}), {}, Rows({{1, 0}, {0, 1}}));
  EXPECT_NEAR((*loss)(input).loss.item<double>(), 0, 1e-12);
}

TEST(Distill, GradientsAgreeWithFiniteDifferences) {
  const Tensor rows = RandomRows(4);
  const Tensor same_size = Normalized(RandomRows(4, 8));
  const Tensor smaller = Normalized(same_size.slice(1, 0, 3));
  for (const char* options :
       {"", "metric=l2", "point=0", "relation=0", "on=projection"}) {
    EXPECT_LT(
        FeatureGradientError(*Distill(options, 5, 5), rows, {}, same_size),
        1e-8)
        << options;
    EXPECT_LT(FeatureGradientError(*Distill(options, 5, 3), rows, {}, smaller),
              1e-8)
        << options;
  }
}

TEST(Distill, ProjectionGradientsAgreeWithFiniteDifferences) {
  const LossInput input =
      InputOf(RandomRows(4), {}, Normalized(RandomRows(4, 8).slice(1, 0, 3)));
  for (const char* options :
       {"bridge=projection", "metric=l2,bridge=projection", "on=projection"}) {
    EXPECT_LT(ParameterGradientError(*Distill(options, 5, 3), 0, input), 1e-8)
        << options;
  }
}

TEST(Distill, LearnsFromOneRowAndFromEqualRows) {
  const auto loss = Distill("", 2, 2);
  const LossInput one = InputOf(Rows({{2, 0}}), {}, Rows({{0.6, 0.8}}));
  EXPECT_NEAR((*loss)(one).loss.item<double>(), 0.4, 1e-12);
  EXPECT_TRUE(HasFiniteGradient(
      *loss, Rows({{1, 1}, {1, 1}}), {}, Rows({{1, 0}, {1, 0}})));
  EXPECT_TRUE(HasFiniteGradient(
      *loss, Rows({{0, 0}, {1, 1}}), {}, Rows({{1, 0}, {1, 0}})));
}

TEST(Distill, NeedsATeacherOfItsSize) {
  EXPECT_THROW(Distill("", 2, 0), TrainError);
  const auto loss = Distill("", 2, 2);
  EXPECT_THROW((*loss)(InputOf(Rows({{1, 0}}))), TrainError);
  EXPECT_THROW((*loss)(InputOf(Rows({{1, 0}}), {}, Rows({{1, 0, 0}}))),
               TrainError);
  EXPECT_THROW(Distill("point=0,relation=0", 2, 2), TrainError);
}

}  // namespace
}  // namespace mien::train
