// SPDX-License-Identifier: Apache-2.0
#include "train/loop/embed_run.h"

#include <gtest/gtest.h>

#include <string>

#include "core/temp_dir.h"
#include "graph/onnx_io.h"
#include "train/loop/toy_people.h"
#include "train/ranks/local_ranks.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

/// Ranks and teachers drop other values than a learning process does.
constexpr float kNoDropout = 0.0F;

class EmbedRunTest : public testing::Test {
 protected:
  EmbedRunTest() {
    MakeToyPeople(options_.datasets[0], 6);
    MakeToyPeople(options_.validation.folders[0], 4, 9);
  }

  /// Losses by step of a run of `options`, stopped after `stop_after` steps.
  std::map<std::int64_t, double> Losses(const EmbedRunOptions& options,
                                        std::int64_t stop_after = 1 << 20) {
    std::map<std::int64_t, double> losses;
    bool stop = false;
    RunEmbedTraining(
        net_,
        options,
        {.logged =
             [&](std::int64_t step,
                 const std::map<std::string, double>& figures) {
               losses[step] = figures.at("loss");
               last_figures_ = figures;
             },
         .stepped = [&](std::int64_t done) { stop = done >= stop_after; }},
        [&] { return stop; });
    return losses;
  }

  TempDir dir_;
  EmbedRunOptions options_ = {.run_folder = dir_.path() / "run",
                              .datasets = {dir_.path() / "people"},
                              .loss = "distill",
                              .sampler = "instance",
                              .augment = ParseAugmentation("flip").value(),
                              .input_px = kToyPx,
                              .batch_size = 16,
                              .steps = 60,
                              .rate = {.peak = 0.02, .total_steps = 60},
                              .log_every = 1,
                              .validation = {.folders = {dir_.path() / "held"},
                                             .pairs = {},
                                             .num_pairs = 200,
                                             .input_px = kToyPx},
                              .validate_every = 1000};
  Graph net_ = ToyNet();
  std::map<std::string, double> last_figures_;
};

TEST_F(EmbedRunTest, LearnsToTellPeopleApart) {
  const auto losses = Losses(options_);
  EXPECT_LT(losses.at(60), 0.3 * losses.at(1));
  EXPECT_GT(last_figures_.at("validation_accuracy"), 0.95);
}

TEST_F(EmbedRunTest, LearnsFromATeacherThatSeesTheSameChips) {
  options_.teacher = dir_.path() / "teacher.onnx";
  ASSERT_TRUE(SaveOnnx(ToyNet(kNoDropout, 6), options_.teacher));
  options_.blend = 0.5;
  for (const char* file : {"people/teacher.f32", "held/teacher.f32"}) {
    std::filesystem::remove(dir_.path() / file);
  }
  const auto losses = Losses(options_);
  EXPECT_LT(losses.at(60), 0.3 * losses.at(1));
}

TEST_F(EmbedRunTest, BlendsOnlyForATeacherThatSeesIt) {
  options_.blend = 0.5;
  EXPECT_THROW(Losses(options_), TrainError);
}

TEST_F(EmbedRunTest, RefusesATeacherThatTheLossDoesNotAsk) {
  options_.teacher = "teacher.onnx";  // found out before it is looked for
  options_.loss = "triplet";
  try {
    Losses(options_);
    FAIL() << "the teacher was taken";
  } catch (const TrainError& error) {
    EXPECT_STREQ(error.what(),
                 "loss \"triplet\" asks no teacher, so teacher.onnx would be "
                 "run for nothing; add distill, or leave --teacher out");
  }
}

TEST_F(EmbedRunTest, GoesOnAfterABreakWithTheSameLosses) {
  const auto unbroken = Losses(options_);
  options_.run_folder = dir_.path() / "broken";
  Losses(options_, 25);
  options_.resume = true;
  const auto rest = Losses(options_);
  EXPECT_EQ(rest.begin()->first, 26);
  for (const auto& [step, loss] : rest) {
    EXPECT_DOUBLE_EQ(loss, unbroken.at(step)) << step;
  }
}

/// Losses by step of rank 0.
std::map<std::int64_t, double> LossesOfTwoRanks(EmbedRunOptions options) {
  std::map<std::int64_t, double> losses;
  RunTwoRanks([&](const RanksSetting& setting) {
    EmbedRunOptions own = options;
    own.ranks = setting;
    own.run_folder += std::to_string(setting.rank);
    RunEmbedTraining(ToyNet(kNoDropout),
                     own,
                     {.logged =
                          [&](std::int64_t step,
                              const std::map<std::string, double>& figures) {
                            losses[step] = figures.at("loss");
                          }},
                     [] { return false; });
  });
  return losses;
}

TEST_F(EmbedRunTest, HasTheSameLossesOnTwoRanks) {
  net_ = ToyNet(kNoDropout);
  options_.steps = 10;
  for (const char* loss : {"distill", "triplet", "arcface"}) {
    SCOPED_TRACE(loss);
    options_.loss = loss;
    options_.run_folder = dir_.path() / loss;
    const auto one = Losses(options_);
    options_.run_folder += "_two";
    const auto two = LossesOfTwoRanks(options_);
    ASSERT_EQ(two.size(), 10U);
    for (const auto& [step, value] : two) {
      EXPECT_NEAR(value, one.at(step), 1e-4 * one.at(1)) << step;
    }
  }
}

TEST_F(EmbedRunTest, GoesOnOnTwoRanksFromTheFirstOnesCheckpoint) {
  net_ = ToyNet(kNoDropout);
  options_.steps = 20;
  const auto unbroken = Losses(options_);
  options_.run_folder = dir_.path() / "0";
  Losses(options_, 10);
  options_.run_folder = dir_.path() / "";
  options_.resume = true;
  const auto rest = LossesOfTwoRanks(options_);
  EXPECT_EQ(rest.begin()->first, 11);
  EXPECT_NEAR(rest.at(20), unbroken.at(20), 1e-4 * unbroken.at(1));
}

TEST_F(EmbedRunTest, LeavesAModelThatLoadsWithItsContract) {
  options_.steps = 3;
  Losses(options_);
  const auto graph = LoadOnnx(options_.run_folder / "model.onnx");
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(ContractFromGraph(*graph)->input_width, kToyPx);
}

TEST_F(EmbedRunTest, DoesNotOverwriteARunUnasked) {
  options_.steps = 2;
  Losses(options_);
  EXPECT_THROW(Losses(options_), TrainError);
}

TEST_F(EmbedRunTest, SaysWhenTheLossIsNoNumber) {
  options_.rate.peak = 1e30;
  try {
    Losses(options_);
    FAIL() << "went on";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("the loss is no number at step"),
              std::string::npos)
        << error.what();
  }
}

TEST_F(EmbedRunTest, WarnsWhenEmbeddingsCollapse) {
  // A network that gives every picture the same embedding, and whose last layer
  // alone learns, which cannot tell them apart.
  Graph graph = ToyNet(0.0F);
  mien::Tensor& kernel = graph.initializers.at("conv.weight");
  const std::vector<float> zeros(
      static_cast<std::size_t>(NumElements(kernel.shape())));
  kernel = mien::Tensor::Float(kernel.shape(), zeros);
  graph.initializers.at("norm.bias") =
      mien::Tensor::Float({8}, std::vector<float>(8, 1.0F));
  options_.freeze = {"conv*", "norm*"};
  options_.steps = 2;
  std::string warning;
  RunEmbedTraining(
      graph,
      options_,
      {.warned = [&](std::int64_t,
                     const std::string& message) { warning = message; }},
      [] { return false; });
  EXPECT_NE(warning.find("embeddings have collapsed"), std::string::npos)
      << warning;
}

TEST_F(EmbedRunTest, SaysWhenNothingIsLeftToLearn) {
  options_.freeze = {"*"};
  try {
    Losses(options_);
    FAIL() << "went on";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("nothing is left to learn"),
              std::string::npos)
        << error.what();
  }
}

TEST_F(EmbedRunTest, NamesAPatternThatFreezesNothing) {
  options_.freeze = {"convolution*"};
  EXPECT_THROW(Losses(options_), TrainError);
}

}  // namespace
}  // namespace mien::train
