// SPDX-License-Identifier: Apache-2.0
//
// Every loss trains a tiny network, by the executor, the samplers and the
// losses as a run does, until it tells eight made-up identities apart.
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "graph/builder.h"
#include "nets/nets.h"
#include "train/executor/torch_net.h"
#include "train/losses/collapse.h"
#include "train/losses/gradient_check.h"
#include "train/samplers/sampler.h"

namespace mien::train {
namespace {

constexpr std::int64_t kIdentities = 8;
constexpr std::int64_t kChipsEach = 24;
constexpr int kSteps = 200;
constexpr int kEmbeddingSize = 16;
constexpr int kTeacherSize = 8;

/// Chips of kIdentities identities, in order. Each is the pattern of its
/// identity under far stronger patterns that all share, as lighting and pose
/// are in pictures, so that neither pixels nor a random network tell
/// identities.
struct Chips {
  Tensor pixels;   // [N, 3, 8, 8]
  Tensor labels;   // [N]
  Tensor teacher;  // [N, kTeacherSize], an axis for each identity, blurred
};

Chips MakeChips(std::uint64_t seed) {
  constexpr std::int64_t kPixels = 3 * 8 * 8;
  constexpr std::int64_t kNuisances = 3;
  torch::Generator world = SeededGenerator(1);
  const Tensor patterns = torch::randn({kIdentities, kPixels}, world);
  const Tensor nuisances = torch::randn({kNuisances, kPixels}, world);

  torch::Generator random = SeededGenerator(seed);
  const std::int64_t count = kIdentities * kChipsEach;
  const Tensor labels =
      torch::arange(count, torch::kInt64).floor_divide(kChipsEach);
  const Tensor strengths = torch::randn({count, kNuisances}, random);
  const Tensor noise = torch::randn({count, kPixels}, random);
  const Tensor pixels = 0.7 * patterns.index_select(0, labels) +
                        strengths.matmul(nuisances) + 0.1 * noise;
  const Tensor blur = torch::randn({count, kTeacherSize}, random);
  return {0.3 * pixels.view({count, 3, 8, 8}),
          labels,
          Normalized(torch::eye(kTeacherSize).index_select(0, labels) +
                     0.2 * blur)};
}

Graph TinyNet() {
  GraphBuilder net("tiny", nets::RandomParameters(3));
  Value x = net.Input("input", {kDynamicDim, 3, 8, 8});
  x = net.Relu(net.Conv(
      x, "conv", {.out = 16, .stride = {2, 2}, .pad = {1, 1}, .bias = true}));
  x = net.Flatten(x, 16 * 4 * 4);
  x = net.Linear(x, "last", kEmbeddingSize, GraphBuilder::Bias::kNo);
  net.Output(net.L2Normalize(x), "embedding");
  return std::move(net).Build();
}

/// Kingma and Ba 2015, arXiv:1412.6980, with the rate alone to choose.
class Adam {
 public:
  explicit Adam(std::vector<Tensor> weights) : weights_(std::move(weights)) {
    for (const Tensor& weight : weights_) {
      means_.push_back(torch::zeros_like(weight));
      squares_.push_back(torch::zeros_like(weight));
    }
  }

  void Step(double rate) {
    const torch::NoGradGuard no_grad;
    ++step_;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const Tensor gradient = weights_[i].grad();
      if (!gradient.defined()) continue;
      means_[i].mul_(0.9).add_(gradient, 0.1);
      squares_[i].mul_(0.999).addcmul_(gradient, gradient, 0.001);
      const Tensor mean = means_[i] / (1 - std::pow(0.9, step_));
      const Tensor square = squares_[i] / (1 - std::pow(0.999, step_));
      weights_[i].sub_(rate * mean / (square.sqrt() + 1e-8));
      weights_[i].mutable_grad() = Tensor();
    }
  }

 private:
  std::vector<Tensor> weights_;
  std::vector<Tensor> means_;
  std::vector<Tensor> squares_;
  int step_ = 0;
};

/// Best accuracy over all thresholds in telling mated from non-mated pairs of
/// `chips`, both kinds weighing alike; 0.5 is guessing.
double VerificationAccuracy(TorchNet& net, const Chips& chips) {
  const torch::NoGradGuard no_grad;
  const Tensor embeddings = net.Forward(chips.pixels, "embedding", Mode::kEval);
  const Tensor cosines = embeddings.matmul(embeddings.t());
  const Tensor mated = cosines.masked_select(MatedMask(chips.labels));
  const Tensor non_mated = cosines.masked_select(NonMatedMask(chips.labels));
  double best = 0;
  for (double threshold = -1; threshold < 1; threshold += 0.01) {
    const double accepted =
        mated.ge(threshold).to(torch::kDouble).mean().item<double>();
    const double rejected =
        non_mated.lt(threshold).to(torch::kDouble).mean().item<double>();
    best = std::max(best, (accepted + rejected) / 2);
  }
  return best;
}

struct Course {
  std::string name;
  std::string loss;
  std::string sampler;
};

// What a failing test prints.
void PrintTo(const Course& course, std::ostream* out) { *out << course.loss; }

struct Outcome {
  double accuracy_before = 0;
  double accuracy_after = 0;
  double first_loss = 0;        // mean of the first ten steps
  double last_loss = 0;         // mean of the last ten
  EmbeddingSpread spread = {};  // of the held-out chips, at the end
};

LossInput Batch(TorchNet& net,
                const std::string& features,
                const Chips& chips,
                const std::vector<std::int64_t>& indices) {
  const Tensor rows = torch::tensor(indices, torch::kInt64);
  const std::vector<std::string> wanted{features, "embedding"};
  const std::vector<Tensor> values =
      net.Forward(chips.pixels.index_select(0, rows), wanted, Mode::kTrain);
  return {values[0],
          values[1],
          chips.labels.index_select(0, rows),
          chips.teacher.index_select(0, rows)};
}

Outcome Train(const Course& course, double rate) {
  const Chips chips = MakeChips(2);
  const Chips held_out = MakeChips(3);
  const Graph graph = TinyNet();
  TorchNet net(graph);
  const auto loss = MakeLoss(course.loss,
                             {.embedding_size = kEmbeddingSize,
                              .num_identities = kIdentities,
                              .teacher_size = kTeacherSize});
  const std::span<const std::int64_t> labels(
      chips.labels.data_ptr<std::int64_t>(),
      static_cast<std::size_t>(chips.labels.size(0)));
  const auto sampler = MakeSampler(course.sampler, labels, {.batch_size = 48});
  std::vector<Tensor> weights;
  for (const Parameter& parameter : net.parameters()) {
    weights.push_back(parameter.tensor);
  }
  for (const auto& [name, tensor] : loss->parameters()) {
    weights.push_back(tensor);
  }
  Adam adam(weights);

  Outcome outcome{.accuracy_before = VerificationAccuracy(net, held_out)};
  for (int step = 0; step < kSteps; ++step) {
    const LossValue value =
        (*loss)(Batch(net, FeatureValue(graph), chips, sampler->Next()));
    value.loss.backward();
    adam.Step(rate);
    const double share = value.loss.item<double>() / 10;
    if (step < 10) outcome.first_loss += share;
    if (step >= kSteps - 10) outcome.last_loss += share;
  }
  outcome.accuracy_after = VerificationAccuracy(net, held_out);
  const torch::NoGradGuard no_grad;
  outcome.spread = MeasureSpread(
      net.Forward(held_out.pixels, "embedding", Mode::kEval), held_out.labels);
  return outcome;
}

class ToyProblem : public testing::TestWithParam<Course> {};

TEST_P(ToyProblem, IsLearnedAndHeldOutChipsAreToldApart) {
  const Outcome outcome = Train(GetParam(), 0.003);
  EXPECT_LT(outcome.accuracy_before, 0.65);
  EXPECT_GT(outcome.accuracy_after, 0.95);
  EXPECT_LT(outcome.last_loss, 0.5 * outcome.first_loss);
  EXPECT_FALSE(CollapseMessage(outcome.spread));
}

INSTANTIATE_TEST_SUITE_P(
    Losses,
    ToyProblem,
    testing::Values(
        Course{"Contrastive", "contrastive", "pk:chips=6"},
        Course{"ContrastiveOfGivenPairs", "contrastive:pairs=given", "pairs"},
        Course{"TripletBatchAll", "triplet:selection=batch-all", "pk:chips=6"},
        Course{
            "TripletBatchHard", "triplet:selection=batch-hard", "pk:chips=6"},
        Course{"TripletSemiHard", "triplet:selection=semi-hard", "pk:chips=6"},
        Course{"TripletRandom", "triplet:selection=random", "pk:chips=6"},
        Course{"TripletGiven", "triplet:selection=given", "triplets"},
        Course{"Softmax", "softmax", "instance"},
        Course{"ArcFace", "arcface:scale=16,margin=0.3", "instance"},
        Course{"CosFace", "cosface:scale=16,margin=0.3", "instance"},
        Course{"Distillation", "distill", "instance"},
        Course{"DistillationOfSimilarities", "distill:point=0", "instance"},
        Course{"DistillationAndArcFace",
               "distill+arcface=0.1:scale=16",
               "instance"}),
    [](const auto& course) { return course.param.name; });

// The same triplets are learned above at a lower rate.
TEST(Collapse, OfHardTripletsAtAHighRateIsReported) {
  const Outcome outcome =
      Train({"", "triplet:selection=batch-hard", "pk:chips=6"}, /*rate=*/0.1);
  EXPECT_LT(outcome.accuracy_after, 0.65);
  EXPECT_NEAR(outcome.last_loss, 0.2, 0.05);  // the margin
  EXPECT_TRUE(CollapseMessage(outcome.spread));
}

}  // namespace
}  // namespace mien::train
