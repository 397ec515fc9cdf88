// SPDX-License-Identifier: Apache-2.0
#include "train/loop/embed_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "train/executor/torch_net.h"
#include "train/loop/averaged_weights.h"
#include "train/loop/batch_loader.h"
#include "train/loop/blend.h"
#include "train/loop/checkpoint.h"
#include "train/loop/chip_source.h"
#include "train/loop/metrics_log.h"
#include "train/loop/pixel_input.h"
#include "train/loop/teacher.h"
#include "train/losses/collapse.h"
#include "train/losses/loss.h"
#include "train/ranks/gradients.h"
#include "train/samplers/sampler.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kCheckpointFile = "checkpoint.pt";
constexpr const char* kModelFile = "model.onnx";

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

ModelContract ContractOf(const Graph& graph) {
  auto contract = ContractFromGraph(graph);
  if (!contract) {
    throw TrainError(graph.name + ": " + contract.error().message);
  }
  return std::move(contract).value();
}

bool NeedsTeacher(const std::string& loss) {
  return loss.find("distill") != std::string::npos;
}

ChipSource OpenSource(const EmbedRunOptions& options) {
  const bool reads_embeddings =
      NeedsTeacher(options.loss) && options.teacher.empty();
  return {options.datasets,
          reads_embeddings ? ChipSource::Teacher::kWanted
                           : ChipSource::Teacher::kNone};
}

std::unique_ptr<Teacher> LoadTeacher(const EmbedRunOptions& options) {
  if (options.blend > 0.0 &&
      (options.teacher.empty() || options.ranks.size > 1)) {
    throw TrainError(
        "blended chips need a teacher that is asked about them, "
        "and one process");
  }
  if (options.teacher.empty()) {
    return nullptr;
  }
  if (!NeedsTeacher(options.loss)) {
    throw TrainError("loss \"" + options.loss + "\" asks no teacher, so " +
                     options.teacher.string() +
                     " would be run for nothing; add distill, or leave "
                     "--teacher out");
  }
  return std::make_unique<Teacher>(
      options.teacher,
      options.teacher_profile,
      TorchNetOptions{.device = options.device, .bfloat16 = options.bfloat16});
}

/// The parts of a run, and the steps it is made of.
class EmbedRun {
 public:
  EmbedRun(const Graph& graph, const EmbedRunOptions& options);

  Graph Train(const EmbedRunEvents& events, const std::function<bool()>& stop);

 private:
  std::vector<Parameter> AllParameters() const;
  Checkpoint State() const;
  void Resume();
  void Save();
  [[nodiscard]] Tensor Pixels(const Batch& batch) const;
  void Step(const Batch& batch);
  [[nodiscard]] std::optional<std::string> Collapse() const;
  void Validate();
  void Report(double seconds, std::int64_t steps, const EmbedRunEvents& events);
  [[nodiscard]] LoaderOptions Loading() const;
  Graph AveragedGraph();

  EmbedRunOptions options_;
  c10::intrusive_ptr<Ranks> ranks_;
  ModelContract contract_;
  std::string features_;
  ChipSource source_;
  std::unique_ptr<Teacher>
      teacher_;  ///< null when the datasets have its answers
  TorchNet net_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<Sampler> sampler_;
  std::unique_ptr<Validator> validator_;
  AveragedWeights average_;
  std::unique_ptr<Optimizer> optimizer_;
  std::int64_t step_ = 0;
  std::unique_ptr<MetricsLog> log_;
  std::map<std::string, double> figures_;  ///< of the last step
  Tensor embeddings_;                      ///< of the last step
  Tensor labels_;
};

TorchNetOptions NetOptions(const EmbedRunOptions& options,
                           const c10::intrusive_ptr<Ranks>& ranks) {
  TorchNetOptions net = {.device = options.device,
                         .bfloat16 = options.bfloat16};
  if (ranks->size() > 1) {
    net.sum_over_ranks = ranks;
  }
  return net;
}

/// What every rank must agree on beside the code.
std::string Fingerprint(const EmbedRunOptions& options,
                        const ChipSource& source) {
  return std::to_string(source.labels().size()) + " chips of " +
         std::to_string(source.num_identities()) + " people, loss " +
         options.loss + ", sampler " + options.sampler + ", batch " +
         std::to_string(options.batch_size) + ", seed " +
         std::to_string(options.seed) + ", steps " +
         std::to_string(options.steps) + ", rate " +
         std::to_string(options.rate.peak);
}

EmbedRun::EmbedRun(const Graph& graph, const EmbedRunOptions& options)
    : options_(options),
      ranks_(Ranks::Join(options.ranks)),
      contract_(ContractOf(graph)),
      features_(FeatureValue(graph)),
      source_(OpenSource(options)),
      teacher_(LoadTeacher(options)),
      net_(graph, NetOptions(options, ranks_)),
      average_(net_, options.average_decay) {
  ranks_->ExpectSame("run", Fingerprint(options, source_));
  for (const std::string& pattern : options.freeze) {
    if (net_.Freeze(pattern) == 0) {
      throw TrainError("no parameter is called \"" + pattern + "\"");
    }
  }
  if (std::ranges::none_of(net_.parameters(), [](const Parameter& parameter) {
        return parameter.tensor.requires_grad();
      })) {
    throw TrainError("all parameters are frozen; nothing is left to learn");
  }
  loss_ =
      MakeLoss(options.loss,
               {.embedding_size = contract_.embedding_size,
                .num_identities = source_.num_identities(),
                .teacher_size = teacher_ != nullptr ? teacher_->embedding_size()
                                                    : source_.teacher_size(),
                .seed = options.seed,
                .device = options.device});
  sampler_ = MakeSampler(options.sampler,
                         source_.labels(),
                         {.batch_size = options.batch_size,
                          .seed = options.seed,
                          .rank = ranks_->rank(),
                          .world_size = ranks_->size()});
  if (!options.validation.folders.empty() && ranks_->rank() == 0) {
    validator_ = std::make_unique<Validator>(options.validation);
  }
  optimizer_ = std::make_unique<Optimizer>(AllParameters(), options.optimizer);
}

std::vector<Parameter> EmbedRun::AllParameters() const {
  std::vector<Parameter> all = net_.parameters();
  for (const auto& [name, tensor] : loss_->parameters()) {
    all.push_back({"loss/" + name, tensor, true});
  }
  return all;
}

Checkpoint EmbedRun::State() const {
  Checkpoint state;
  for (const Parameter& parameter : AllParameters()) {
    state.groups["weights"].emplace_back(parameter.name, parameter.tensor);
  }
  state.groups["statistics"] = net_.buffers();
  state.groups["loss"] = loss_->buffers();
  state.groups["average"] = average_.state();
  state.groups["optimizer"] = optimizer_->state();
  state.groups["random"] = {
      {"cpu", at::globalContext().defaultGenerator(torch::kCPU).get_state()}};
  state.counters = {{"step", step_},
                    {"optimizer_steps", optimizer_->steps()},
                    {"average_updates", average_.updates()}};
  state.setting = {{"loss", options_.loss},
                   {"sampler", options_.sampler},
                   {"batch", std::to_string(options_.batch_size)},
                   {"seed", std::to_string(options_.seed)}};
  return state;
}

void EmbedRun::Resume() {
  const std::filesystem::path path = options_.run_folder / kCheckpointFile;
  if (options_.resume) {
    ranks_->ShareFile(path);
  }
  if (!std::filesystem::exists(path)) {
    return;
  }
  if (!options_.resume) {
    throw TrainError(path.string() +
                     " is there already; --resume goes on from it, another "
                     "--run begins anew");
  }
  Checkpoint state = State();
  LoadCheckpoint(path, state);
  step_ = state.counters.at("step");
  optimizer_->set_steps(state.counters.at("optimizer_steps"));
  average_.set_updates(state.counters.at("average_updates"));
  auto generator = at::globalContext().defaultGenerator(torch::kCPU);
  generator.set_state(state.groups.at("random")[0].second);
}

Graph EmbedRun::AveragedGraph() {
  const AverageInUse in_use(average_);
  return net_.Export();
}

void EmbedRun::Save() {
  if (ranks_->rank() != 0) {
    return;
  }
  SaveCheckpoint(State(), options_.run_folder / kCheckpointFile);
  ValueOrThrow(SaveOnnx(AveragedGraph(), options_.run_folder / kModelFile));
  log_->Save();
}

/// The chips of a step on the run's device.
Tensor EmbedRun::Pixels(const Batch& batch) const {
  const Tensor pixels = batch.pixels.to(options_.device, /*non_blocking=*/true);
  return options_.blend > 0.0
             ? Blend(pixels, options_.blend, options_.seed, step_)
             : pixels;
}

void EmbedRun::Step(const Batch& batch) {
  const Tensor pixels = Pixels(batch);
  const Tensor answers =
      teacher_ != nullptr ? teacher_->Embed(pixels) : batch.teacher;
  const std::vector<std::string> wanted = {features_, net_.output()};
  const std::vector<Tensor> outputs =
      net_.Forward(NetworkInput(pixels, contract_), wanted, Mode::kTrain);
  const auto to_device = [&](const Tensor& tensor) {
    return tensor.defined() ? tensor.to(options_.device) : tensor;
  };
  // Every rank scores the whole batch, so that its pairs and triplets are those
  // of one process, and sends gradients through its own part.
  const Tensor labels = ranks_->Gather(batch.labels);
  const Tensor embeddings = ranks_->Gather(outputs[1]);
  LossValue value = (*loss_)({.features = ranks_->Gather(outputs[0]),
                              .embeddings = embeddings,
                              .labels = to_device(labels),
                              .teacher = to_device(ranks_->Gather(answers))});
  const auto loss = value.loss.item<double>();
  if (!std::isfinite(loss)) {
    throw TrainError("the loss is no number at step " + std::to_string(step_) +
                     "; lower the rate (--rate), or limit gradients "
                     "(--clip-norm)");
  }
  optimizer_->ZeroGradients();
  value.loss.backward();
  AddGradients(*ranks_, net_.parameters());  // the loss's own are whole
  const double rate = LearningRate(options_.rate, step_);
  const Tensor norm = optimizer_->Step(rate);
  if (step_ % options_.average_every == 0) {
    average_.Update();
  }
  ++step_;
  figures_ = std::move(value.metrics);
  figures_["loss"] = loss;
  figures_["rate"] = rate;
  figures_["gradient_norm"] = norm.item<double>();
  embeddings_ = embeddings.detach();
  labels_ = labels;
}

std::optional<std::string> EmbedRun::Collapse() const {
  if (step_ <= options_.rate.warmup_steps) {
    return std::nullopt;  // a network that has just begun looks the same
  }
  const auto active = figures_.find("active_triplets");
  return CollapseMessage(
      MeasureSpread(embeddings_, labels_.to(embeddings_.device())),
      active == figures_.end() ? std::nullopt : std::optional(active->second));
}

void EmbedRun::Validate() {
  const AverageInUse in_use(average_);
  for (const auto& [name, figure] : validator_->Run(net_, contract_)) {
    figures_["validation_" + name] = figure;
  }
}

void EmbedRun::Report(double seconds,
                      std::int64_t steps,
                      const EmbedRunEvents& events) {
  figures_["chips_per_second"] =
      static_cast<double>(steps * options_.batch_size) / seconds;
  log_->Add(step_, figures_);
  if (events.logged) {
    events.logged(step_, figures_);
  }
  if (const auto message = Collapse(); message && events.warned) {
    events.warned(step_, *message);
  }
}

LoaderOptions EmbedRun::Loading() const {
  const std::int64_t first =
      ranks_->rank() * options_.batch_size / ranks_->size();
  return {.input_px = options_.input_px,
          .num_threads = options_.loader_threads,
          .pinned = options_.device.is_cuda(),
          .first_place = static_cast<std::uint64_t>(first),
          .seed = options_.seed};
}

Graph EmbedRun::Train(const EmbedRunEvents& events,
                      const std::function<bool()>& stop) {
  torch::manual_seed(options_.seed);
  Resume();
  const bool reports = ranks_->rank() == 0;
  if (reports) {
    log_ = std::make_unique<MetricsLog>(options_.run_folder, step_);
  }
  sampler_->Seek(step_);
  const auto cut = [this](const Image& stored, const AugmentKey& key) {
    return Augment(
        stored, source_.geometry(), options_.input_px, options_.augment, key);
  };
  BatchLoader loader(source_, *sampler_, cut, Loading());
  Clock::time_point logged = Clock::now();
  Clock::time_point saved = logged;
  std::int64_t logged_step = step_;
  while (step_ < options_.steps && !ranks_->Any(stop())) {
    Step(loader.Next());
    if (!reports) {
      continue;
    }
    const bool ends = step_ == options_.steps;
    const bool validates =
        validator_ && (ends || step_ % options_.validate_every == 0);
    if (validates) {
      Validate();
    }
    if (validates || ends || step_ % options_.log_every == 0) {
      Report(SecondsSince(logged), step_ - logged_step, events);
      logged = Clock::now();
      logged_step = step_;
    }
    if (events.stepped) {
      events.stepped(step_);
    }
    if (SecondsSince(saved) > options_.checkpoint_seconds) {
      Save();
      saved = Clock::now();
    }
  }
  Save();
  return AveragedGraph();
}

}  // namespace

Graph RunEmbedTraining(const Graph& graph,
                       const EmbedRunOptions& options,
                       const EmbedRunEvents& events,
                       const std::function<bool()>& stop) {
  std::filesystem::create_directories(options.run_folder);
  return EmbedRun(graph, options).Train(events, stop);
}

}  // namespace mien::train
