// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/mtcnn_trainer.h"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "detect/mtcnn.h"
#include "graph/onnx_io.h"
#include "nets/nets.h"
#include "train/detectors/in_order.h"
#include "train/detectors/run_folder.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

/// Larger pictures hold no other windows, only more of them.
constexpr int kDecodedLongSidePx = 1024;

/// The smallest window drawn, as a share of the net's input: smaller ones show
/// nothing that enlarging brings back.
constexpr float kSmallestPx = 12.0F;

using Samples = std::vector<MtcnnSample>;

Graph UntrainedNet(std::size_t index, std::uint64_t seed) {
  const ParameterSource random = nets::RandomParameters(seed);
  return index == 0   ? nets::Pnet(random)
         : index == 1 ? nets::Rnet(random)
                      : nets::Onet(random);
}

/// The cascade of the trained nets; those that are not trained yet are random
/// and not asked.
std::unique_ptr<Mtcnn> Cascade(const std::vector<Graph>& nets,
                               const MtcnnTrainingOptions& options) {
  const auto net = [&](std::size_t i) {
    return i < nets.size() ? nets[i] : UntrainedNet(i, options.seed);
  };
  MtcnnOptions cascade;
  cascade.thresholds.fill(options.mining_threshold);
  return ValueOrThrow(Mtcnn::Create(net(0), net(1), net(2), cascade));
}

/// What the stages before `index` let through.
std::vector<Box> MineWindows(const Mtcnn& cascade,
                             std::size_t index,
                             const Image& image) {
  std::vector<Box> boxes = cascade.ProposeBoxes(image);
  if (index > 1) {
    boxes = ValueOrThrow(cascade.RefineBoxes(image, boxes));
  }
  return boxes;
}

void Shuffle(std::vector<Box>& boxes, Random& random) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    std::swap(boxes[i], boxes[i + random.Index(boxes.size() - i)]);
  }
}

/// Samples of mined windows, of which most are no face.
void AddMined(const MtcnnStage& stage,
              const LoadedPicture& picture,
              const std::vector<Box>& windows,
              int most_negatives,
              Samples& samples) {
  int negatives = 0;
  for (const Box& window : windows) {
    const auto match = MatchWindow(window, picture.faces);
    if (!match ||
        (match->kind == SampleKind::kNegative && negatives >= most_negatives)) {
      continue;
    }
    if (auto sample = CutSample(stage, picture.image, window, picture.faces)) {
      negatives += sample->kind == SampleKind::kNegative ? 1 : 0;
      samples.push_back(std::move(*sample));
    }
  }
}

Samples SamplesOfPicture(std::size_t index,
                         const Mtcnn* cascade,
                         const std::vector<PictureSet>& sets,
                         const MtcnnTrainingOptions& options,
                         Random random) {
  const LoadedPicture picture =
      LoadPicture(DrawPicture(sets, random), kDecodedLongSidePx);
  const MtcnnStage& stage = kMtcnnStages[index];
  Samples samples;
  WindowCounts counts = options.windows;
  if (cascade != nullptr) {
    // Negatives come from the earlier nets.
    counts.anywhere = 0;
    counts.beside_face = 1;
    std::vector<Box> mined = MineWindows(*cascade, index, picture.image);
    Shuffle(mined, random);
    AddMined(stage, picture, mined, options.most_negatives_of_picture, samples);
  }
  const auto drawn = DrawWindows(picture.image.width(),
                                 picture.image.height(),
                                 picture.faces,
                                 counts,
                                 kSmallestPx,
                                 random);
  for (const Box& window : drawn) {
    if (auto sample = CutSample(stage, picture.image, window, picture.faces)) {
      samples.push_back(std::move(*sample));
    }
  }
  return samples;
}

/// The value before the softmax that makes "score", which may have been copied
/// under that name.
std::string LogitsOf(const Graph& graph) {
  auto node = graph.Producer("score");
  while (node && graph.nodes[*node].Is("Identity")) {
    node = graph.Producer(graph.nodes[*node].Input(0));
  }
  if (!node || !graph.nodes[*node].Is("Softmax")) {
    throw TrainError(graph.name + ": \"score\" is no softmax");
  }
  return graph.nodes[*node].Input(0);
}

MtcnnOutputs RunStage(TorchNet& net,
                      const MtcnnStage& stage,
                      const std::string& logits,
                      const Tensor& input) {
  std::vector<std::string> wanted = {logits, "box"};
  if (stage.has_landmarks) {
    wanted.emplace_back("landmarks");
  }
  const std::vector<Tensor> outputs = net.Forward(input, wanted, Mode::kTrain);
  return {.logits = outputs[0].flatten(1),
          .offsets = outputs[1].flatten(1),
          .landmarks = stage.has_landmarks ? outputs[2] : Tensor()};
}

MtcnnTargets MoveTargets(const MtcnnTargets& targets, torch::Device device) {
  return {.kinds = targets.kinds.to(device),
          .offsets = targets.offsets.to(device),
          .landmarks = targets.landmarks.to(device),
          .has_landmarks = targets.has_landmarks.to(device)};
}

MetricsFile::Row RowOf(const Learner& learner,
                       const MtcnnLoss& loss,
                       double windows_per_second) {
  return {{"step", static_cast<double>(learner.step())},
          {"learning_rate", learner.learning_rate()},
          {"loss", loss.total.item<double>()},
          {"class_loss", loss.classes.item<double>()},
          {"box_loss", loss.boxes.item<double>()},
          {"landmark_loss", loss.landmarks.item<double>()},
          {"windows_per_second", windows_per_second}};
}

}  // namespace

SampleStore CollectSamples(std::size_t index,
                           const std::vector<Graph>& nets,
                           const std::vector<PictureSet>& sets,
                           const MtcnnTrainingOptions& options) {
  const std::unique_ptr<Mtcnn> cascade =
      index > 0 ? Cascade(nets, options) : nullptr;
  SampleStore store(
      kMtcnnStages[index].side_px, options.most_of_kind, options.seed);
  const std::uint64_t seed = options.seed + index;
  InOrder<Samples> pictures(
      {.threads = options.loader_threads}, [&](std::uint64_t number) {
        return SamplesOfPicture(
            index, cascade.get(), sets, options, Random(seed, number));
      });
  for (int i = 0; i < options.pictures && !StopRequested(); ++i) {
    for (const MtcnnSample& sample : pictures.Next()) {
      store.Add(sample);
    }
  }
  return store;
}

Graph TrainStage(std::size_t index,
                 const SampleStore& samples,
                 const MtcnnTrainingOptions& options) {
  const MtcnnStage& stage = kMtcnnStages[index];
  const std::string name = stage.name;
  const Graph graph = UntrainedNet(index, options.seed);
  const std::string logits = LogitsOf(graph);
  Learner learner(graph, options.learner);
  const std::filesystem::path checkpoint =
      options.run / (name + "-checkpoint.pt");
  if (std::filesystem::exists(checkpoint)) {
    learner.Load(checkpoint);
  }
  MetricsFile metrics(options.run / (name + "-metrics.csv"), learner.step());
  InOrder<SampleStore::Batch> batches(
      {.threads = options.loader_threads,
       .first = static_cast<std::uint64_t>(learner.step()),
       .ahead = 4},
      [&](std::uint64_t number) {
        return samples.Draw(options.batch, Random(options.seed, number));
      });
  Every save(std::chrono::duration<double>(options.checkpoint_seconds));
  StepClock clock;
  while (!learner.done() && !StopRequested()) {
    const SampleStore::Batch batch = batches.Next();
    const MtcnnLoss loss =
        ComputeMtcnnLoss(RunStage(learner.net(), stage, logits, batch.input),
                         MoveTargets(batch.targets, options.learner.net.device),
                         {.class_weight = 1.0F,
                          .box_weight = 2.0F,
                          .landmark_weight = 20.0F,
                          .hard_share = 0.7});
    learner.Learn(loss.total);
    if (learner.step() % options.log_every == 0) {
      learner.CheckLoss();
      const auto row =
          RowOf(learner, loss, clock.Lap(options.log_every) * options.batch);
      metrics.Add(row);
      PrintRow(row);
    }
    if (save.Due()) {
      learner.Save(checkpoint);
    }
  }
  learner.Save(checkpoint);
  return learner.Export();
}

void TrainMtcnn(const std::vector<PictureSet>& sets,
                const MtcnnTrainingOptions& options) {
  std::vector<Graph> nets;
  for (std::size_t i = 0; i < kMtcnnStages.size(); ++i) {
    const std::filesystem::path file =
        options.run / ("mtcnn-" + std::string(kMtcnnStages[i].name) + ".onnx");
    if (std::filesystem::exists(file)) {
      nets.push_back(ValueOrThrow(LoadOnnx(file)));
      continue;
    }
    const SampleStore samples = CollectSamples(i, nets, sets, options);
    std::fprintf(stderr,
                 "%s: %zu negatives, %zu parts, %zu positives\n",
                 kMtcnnStages[i].name,
                 samples.count(SampleKind::kNegative),
                 samples.count(SampleKind::kPart),
                 samples.count(SampleKind::kPositive));
    nets.push_back(TrainStage(i, samples, options));
    if (StopRequested()) {
      return;
    }
    ValueOrThrow(SaveOnnx(WithOrigin(nets.back(), options.origin), file));
  }
}

}  // namespace mien::train
