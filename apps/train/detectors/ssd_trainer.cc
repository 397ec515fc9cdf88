// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/ssd_trainer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "graph/onnx_io.h"
#include "nets/nets.h"
#include "nets/prior_boxes.h"
#include "train/detectors/in_order.h"
#include "train/detectors/run_folder.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

/// Longer sides than this are of no use to a crop.
constexpr int kDecodedLongSidePx = 1024;

struct Sample {
  TrainingCrop crop;
  PriorTargets targets;
};

std::vector<nets::PriorBox> PriorsOf(int side) {
  return nets::GeneratePriors(nets::FaceSsdPriors(), side, side);
}

int NumCrops(const SsdTrainingOptions& options, int side) {
  const double shrink =
      static_cast<double>(std::ranges::min(options.inputs_px)) / side;
  return std::max(
      1, static_cast<int>(std::lround(options.batch * shrink * shrink)));
}

// What one step learns from: crops of one side.
std::vector<Sample> DrawSamples(const std::vector<PictureSet>& sets,
                                const SsdTrainingOptions& options,
                                Random random) {
  const int side = options.inputs_px[random.Index(options.inputs_px.size())];
  const auto priors = PriorsOf(side);
  std::vector<Sample> samples;
  for (int i = NumCrops(options, side); i > 0; --i) {
    const LoadedPicture picture =
        LoadPicture(DrawPicture(sets, random), kDecodedLongSidePx);
    const TrainingCrop crop =
        DrawCrop(picture.image, picture.faces, {.input_px = side}, random);
    samples.push_back({crop, MatchPriors(priors, crop.faces)});
  }
  return samples;
}

// [N, 3, S, S] with channels innermost, as the pictures are and the
// convolutions want them.
Tensor InputOf(const std::vector<const Image*>& images) {
  const std::int64_t side = images[0]->width();
  Tensor levels = torch::empty(
      {static_cast<std::int64_t>(images.size()), side, side, 3}, torch::kUInt8);
  auto* out = levels.data_ptr<std::uint8_t>();
  for (const Image* image : images) {
    out = std::ranges::copy(image->pixels(), out).out;
  }
  return levels.to(torch::kFloat32)
      .sub_(127.5)
      .div_(128.0)
      .permute({0, 3, 1, 2});
}

SsdBatch Stack(const std::vector<Sample>& samples) {
  std::vector<const Image*> images;
  std::vector<PriorTargets> targets;
  for (const Sample& sample : samples) {
    images.push_back(&sample.crop.image);
    targets.push_back(sample.targets);
  }
  return {.input = InputOf(images), .targets = StackTargets(targets)};
}

MetricsFile::Row RowOf(const Learner& learner,
                       const MultiBoxLoss& loss,
                       double norm,
                       double steps_per_second) {
  return {{"step", static_cast<double>(learner.step())},
          {"learning_rate", learner.learning_rate()},
          {"loss", loss.total.item<double>()},
          {"confidence_loss", loss.confidence.item<double>()},
          {"box_loss", loss.boxes.item<double>()},
          {"landmark_loss", loss.landmarks.item<double>()},
          {"gradient_norm", norm},
          {"steps_per_second", steps_per_second}};
}

Graph WriteModel(Learner& learner, const SsdTrainingOptions& options) {
  Graph graph = WithOrigin(learner.Export(), options.origin);
  ValueOrThrow(SaveOnnx(graph, options.run / "face-ssd.onnx"));
  return graph;
}

// Pairs "no face, a face" for all priors of a cell, of which softmax makes
// kFaceShare of a face.
mien::Tensor ExpectingFewFaces(const Shape& shape) {
  constexpr float kFaceShare = 0.01F;
  const float odds = std::log(kFaceShare / (1 - kFaceShare));
  std::vector<float> biases(static_cast<std::size_t>(NumElements(shape)));
  for (std::size_t i = 0; i < biases.size(); ++i) {
    biases[i] = (i % 2 == 0 ? -0.5F : 0.5F) * odds;
  }
  return mien::Tensor::Float(shape, biases);
}

}  // namespace

Graph UntrainedSsd(std::uint64_t seed) {
  return nets::FaceSsd(
      [random = nets::RandomParameters(seed)](const ParameterSpec& spec) {
        const bool is_class_bias = spec.kind == ParameterKind::kBias &&
                                   spec.name.starts_with("conf_head.");
        return is_class_bias ? ExpectingFewFaces(spec.shape) : random(spec);
      });
}

SsdBatch MakeSsdBatch(const std::vector<TrainingCrop>& crops) {
  const auto priors = PriorsOf(crops.at(0).image.width());
  std::vector<Sample> samples;
  for (const TrainingCrop& crop : crops) {
    samples.push_back({crop, MatchPriors(priors, crop.faces)});
  }
  return Stack(samples);
}

MultiBoxOutputs RunSsd(TorchNet& net, const Tensor& input, Mode mode) {
  const std::array<std::string, 3> wanted = {"conf_logits", "loc", "landmarks"};
  const std::vector<Tensor> outputs = net.Forward(input, wanted, mode);
  return {outputs[0], outputs[1], outputs[2]};
}

Graph TrainSsd(const std::vector<PictureSet>& sets,
               const SsdTrainingOptions& options) {
  Learner learner(UntrainedSsd(options.seed), options.learner);
  const std::filesystem::path checkpoint = options.run / "checkpoint.pt";
  if (std::filesystem::exists(checkpoint)) {
    learner.Load(checkpoint);
  }
  MetricsFile metrics(options.run / "metrics.csv", learner.step());
  InOrder<std::vector<Sample>> samples(
      {.threads = options.loader_threads,
       .first = static_cast<std::uint64_t>(learner.step()),
       .ahead = 2 * static_cast<std::uint64_t>(options.loader_threads)},
      [&](std::uint64_t step) {
        return DrawSamples(sets, options, Random(options.seed, step));
      });
  Every save(std::chrono::duration<double>(options.checkpoint_seconds));
  StepClock clock;
  while (!learner.done() && !StopRequested()) {
    const SsdBatch inputs = Stack(samples.Next());
    const MultiBoxLoss loss =
        ComputeMultiBoxLoss(RunSsd(learner.net(), inputs.input, Mode::kTrain),
                            inputs.targets,
                            options.loss);
    const double norm = learner.Learn(loss.total);
    if (learner.step() % options.log_every == 0) {
      const auto row = RowOf(learner, loss, norm, clock.Lap(options.log_every));
      metrics.Add(row);
      PrintRow(row);
    }
    if (save.Due()) {
      learner.Save(checkpoint);
      WriteModel(learner, options);
    }
  }
  learner.Save(checkpoint);
  return WriteModel(learner, options);
}

}  // namespace mien::train
