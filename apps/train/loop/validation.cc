// SPDX-License-Identifier: Apache-2.0
#include "train/loop/validation.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

#include "data/chip_geometry.h"
#include "eval/folds.h"
#include "eval/metrics.h"
#include "train/loop/pixel_input.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

constexpr int kFolds = 10;
constexpr std::int64_t kBatch = 64;

/// "Name/Name_0001" of "/any/where/Name/Name_0001.jpg".
std::string PictureKey(const std::string& source) {
  const std::filesystem::path path = source;
  return (path.parent_path().filename() / path.stem()).string();
}

/// Chips of each identity that has two or more.
std::vector<std::vector<std::int64_t>> Mates(const ChipSource& source) {
  std::map<std::int64_t, std::vector<std::int64_t>> chips;
  for (std::int64_t i = 0; i < source.size(); ++i) {
    const std::int64_t label = source.labels()[static_cast<std::size_t>(i)];
    if (label >= 0) {
      chips[label].push_back(i);
    }
  }
  std::vector<std::vector<std::int64_t>> mates;
  for (auto& [label, members] : chips) {
    if (members.size() >= 2) {
      mates.push_back(std::move(members));
    }
  }
  return mates;
}

}  // namespace

Validator::Validator(const ValidationOptions& options)
    : options_(options), source_(options.folders, ChipSource::Teacher::kNone) {
  if (options.pairs.empty()) {
    DrawPairs();
  } else {
    ReadPairs();
  }
  std::set<std::int64_t> named;
  for (const Pair& pair : pairs_) {
    named.insert(pair.a);
    named.insert(pair.b);
  }
  for (const std::int64_t chip : named) {
    rows_[chip] = static_cast<std::int64_t>(chips_.size());
    chips_.push_back(chip);
  }
}

void Validator::DrawPairs() {
  const auto mates = Mates(source_);
  if (mates.size() < 2) {
    throw TrainError("validation needs two identities with two chips each; " +
                     options_.folders[0].string() + " has " +
                     std::to_string(mates.size()));
  }
  num_folds_ = kFolds;
  std::mt19937_64 random(options_.seed);
  const auto below = [&](std::size_t count) {
    return static_cast<std::size_t>(random() % count);
  };
  const int pairs_per_fold = options_.num_pairs / kFolds;
  for (int i = 0; i < pairs_per_fold * kFolds; ++i) {
    const std::size_t a = below(mates.size());
    const bool mated = i % 2 == 0;
    const std::size_t b =
        mated ? a : (a + 1 + below(mates.size() - 1)) % mates.size();
    const std::size_t first = below(mates[a].size());
    const std::size_t second =
        mated ? (first + 1 + below(mates[a].size() - 1)) % mates[a].size()
              : below(mates[b].size());
    pairs_.push_back({mates[a][first],
                      mates[b][second],
                      mated ? Truth::kMated : Truth::kNonMated,
                      i / pairs_per_fold});
  }
}

void Validator::ReadPairs() {
  const auto list = LoadPairs(options_.pairs);
  if (!list) {
    throw TrainError(list.error().message);
  }
  std::map<std::string, std::int64_t> by_key;
  for (std::int64_t i = 0; i < source_.size(); ++i) {
    by_key[PictureKey(source_.source(i))] = i;
  }
  const auto find = [&](const std::string& picture) {
    const auto found = by_key.find(PictureKey(picture));
    if (found == by_key.end()) {
      throw TrainError(options_.pairs.string() +
                       ": the datasets have no chip of " + picture);
    }
    return found->second;
  };
  num_folds_ = list->num_folds;
  for (const PicturePair& pair : list->pairs) {
    pairs_.push_back({find(pair.a), find(pair.b), pair.truth, pair.fold});
  }
}

Tensor Validator::EmbedAll(TorchNet& net, const ModelContract& contract) const {
  const torch::NoGradGuard no_grad;
  const std::int64_t side = options_.input_px;
  std::vector<Tensor> parts;
  const auto count = static_cast<std::int64_t>(chips_.size());
  for (std::int64_t begin = 0; begin < count; begin += kBatch) {
    const std::int64_t end = std::min(begin + kBatch, count);
    const Tensor pixels =
        torch::empty({end - begin, side, side, 3}, torch::kUInt8);
    auto* out = pixels.data_ptr<std::uint8_t>();
    for (std::int64_t i = begin; i < end; ++i) {
      const auto stored = source_.Decode(chips_[static_cast<std::size_t>(i)]);
      if (!stored) {
        throw TrainError(stored.error().message);
      }
      const Image chip =
          NetworkChip(*stored, source_.geometry(), options_.input_px);
      std::memcpy(out, chip.pixels().data(), chip.pixels().size());
      out += chip.pixels().size();
    }
    parts.push_back(
        net.Forward(NetworkInput(pixels, contract), net.output(), Mode::kEval));
  }
  return at::cat(parts).cpu();
}

std::map<std::string, double> Validator::Run(
    TorchNet& net, const ModelContract& contract) const {
  const Tensor embeddings = EmbedAll(net, contract);
  std::vector<Judged> judged;
  std::vector<float> mated;
  std::vector<float> non_mated;
  for (const Pair& pair : pairs_) {
    const float similarity =
        at::dot(embeddings[rows_.at(pair.a)], embeddings[rows_.at(pair.b)])
            .item<float>();
    judged.push_back({.distance = 2.0 - 2.0 * static_cast<double>(similarity),
                      .truth = pair.truth,
                      .fold = pair.fold});
    (pair.truth == Truth::kMated ? mated : non_mated).push_back(similarity);
  }
  const auto folds = JudgeFolds(judged, num_folds_);
  if (!folds) {
    throw TrainError(folds.error().message);
  }
  std::vector<double> accuracies;
  for (const FoldOutcome& fold : *folds) {
    accuracies.push_back(fold.accuracy);
  }
  const auto summary = Summarize(accuracies);
  return {{"accuracy", summary->mean},
          {"accuracy_deviation", summary->deviation},
          {"auc", AreaUnderRoc(RocCurve(mated, non_mated)).value_or(0.0)}};
}

}  // namespace mien::train
