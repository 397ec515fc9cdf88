// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/ssd_trainer.h"

#include <ATen/Context.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>

#include "graph/onnx_io.h"
#include "train/detectors/in_order.h"
#include "train/detectors/picture_cache.h"
#include "train/detectors/run_folder.h"
#include "train/detectors/square_crop.h"
#include "train/detectors/ssd_batch.h"
#include "train/detectors/starting_ssd.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

/// Longer sides than this are of no use to a crop.
constexpr int kDecodedLongSidePx = 1024;

std::size_t Bytes(double gib) {
  return static_cast<std::size_t>(gib * (1U << 30U));
}

int NumCrops(const SsdTrainingOptions& options, int side) {
  const double shrink =
      static_cast<double>(std::ranges::min(options.inputs_px)) / side;
  return std::max(
      1, static_cast<int>(std::lround(options.batch * shrink * shrink)));
}

// What one step learns from: crops of one side.
SsdBatch DrawBatch(const std::vector<PictureSet>& sets,
                   PictureCache& pictures,
                   const SsdTrainingOptions& options,
                   Random random) {
  const int side = options.inputs_px[random.Index(options.inputs_px.size())];
  const CropOptions crop = {.input_px = side,
                            .max_roll_degrees = options.max_roll_degrees};
  std::vector<TrainingCrop> crops;
  for (int i = NumCrops(options, side); i > 0; --i) {
    const auto picture = pictures.Load(DrawPicture(sets, random));
    crops.push_back(DrawCrop(picture->image, picture->faces, crop, random));
  }
  return MakeSsdBatch(crops, options.learner.net.device.is_cuda());
}

/// What a step came to, where it was computed.
struct SsdStep {
  MultiBoxLoss loss;
  Tensor gradient_norm;
};

SsdStep Learn(const SsdBatch& host_batch,
              const SsdTrainingOptions& options,
              Learner& learner) {
  const SsdBatch batch = MoveBatch(host_batch, options.learner.net.device);
  SsdStep step;
  step.loss = ComputeMultiBoxLoss(
      RunSsd(learner.net(), SsdInput(batch.pixels), Mode::kTrain),
      batch.targets,
      options.loss);
  step.gradient_norm = learner.Learn(step.loss.total);
  return step;
}

MetricsFile::Row RowOf(const Learner& learner,
                       const SsdStep& step,
                       double steps_per_second) {
  const MultiBoxLoss& loss = step.loss;
  return {{"step", static_cast<double>(learner.step())},
          {"learning_rate", learner.learning_rate()},
          {"loss", loss.total.item<double>()},
          {"confidence_loss", loss.confidence.item<double>()},
          {"box_loss", loss.boxes.item<double>()},
          {"landmark_loss", loss.landmarks.item<double>()},
          {"gradient_norm", step.gradient_norm.item<double>()},
          {"steps_per_second", steps_per_second}};
}

Graph WriteModel(Learner& learner, const SsdTrainingOptions& options) {
  Graph graph = WithOrigin(learner.Export(), options.origin);
  ValueOrThrow(SaveOnnx(graph, options.run / "face-ssd.onnx"));
  return graph;
}

/// Of a call with a time the steps are but a plan.
bool IsOver(const Learner& learner, const Deadline& deadline) {
  return deadline.SecondsLeft() ? deadline.Passed() : learner.done();
}

Graph StartingSsd(const SsdTrainingOptions& options) {
  return options.net.empty() ? UntrainedSsd(options.seed)
                             : SsdFromFile(options.net);
}

}  // namespace

MultiBoxOutputs RunSsd(TorchNet& net, const Tensor& input, Mode mode) {
  const std::array<std::string, 3> wanted = {"conf_logits", "loc", "landmarks"};
  const std::vector<Tensor> outputs = net.Forward(input, wanted, mode);
  return {outputs[0], outputs[1], outputs[2]};
}

Graph TrainSsd(const std::vector<PictureSet>& sets,
               const SsdTrainingOptions& options) {
  // The same few shapes come again and again: the fastest way is worth a
  // search.
  at::globalContext().setBenchmarkCuDNN(true);
  Learner learner(StartingSsd(options), options.learner);
  const std::filesystem::path checkpoint = options.run / "checkpoint.pt";
  if (std::filesystem::exists(checkpoint)) {
    learner.Load(checkpoint);
  }
  MetricsFile metrics(options.run / "metrics.csv", learner.step());
  PictureCache pictures(kDecodedLongSidePx, Bytes(options.decoded_gib));
  InOrder<SsdBatch> batches(
      {.threads = options.loader_threads,
       .first = static_cast<std::uint64_t>(learner.step()),
       .ahead = 2 * static_cast<std::uint64_t>(options.loader_threads)},
      [&](std::uint64_t step) {
        return DrawBatch(sets, pictures, options, Random(options.seed, step));
      });
  const Deadline deadline(options.seconds);
  if (deadline.SecondsLeft()) {  // a guess until the speed is known
    learner.PlanSteps(learner.step() + options.learner.steps);
  }
  Every save(std::chrono::duration<double>(options.checkpoint_seconds));
  StepClock clock;
  while (!IsOver(learner, deadline) && !StopRequested()) {
    const SsdStep step = Learn(batches.Next(), options, learner);
    if (learner.step() % options.log_every == 0) {
      learner.CheckLoss();
      const double speed = clock.Lap(options.log_every);
      const auto row = RowOf(learner, step, speed);
      metrics.Add(row);
      PrintRow(row);
      if (const auto left = deadline.SecondsLeft()) {
        learner.PlanSteps(learner.step() + std::llround(*left * speed));
      }
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
