// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/sample_store.h"

#include <algorithm>

#include "train/detectors/square_crop.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

/// Negatives, parts, positives of a batch (Zhang et al. 2016, section III.D).
constexpr std::array<float, 3> kKindShares = {3.0F, 1.0F, 1.0F};

}  // namespace

SampleStore::SampleStore(int side_px,
                         std::array<std::size_t, 3> most_of_kind,
                         std::uint64_t seed)
    : side_px_(side_px), most_of_kind_(most_of_kind), random_(seed, 0) {}

void SampleStore::Add(const MtcnnSample& sample) {
  const auto kind = static_cast<std::size_t>(sample.kind);
  std::vector<MtcnnSample>& samples = of_kind_[kind];
  const std::size_t seen = ++seen_[kind];
  if (samples.size() < most_of_kind_[kind]) {
    samples.push_back(sample);
    return;
  }
  const std::size_t place = random_.Index(seen);
  if (place < samples.size()) {
    samples[place] = sample;
  }
}

const MtcnnSample& SampleStore::DrawOne(Random& random) const {
  float total = 0;
  for (std::size_t kind = 0; kind < of_kind_.size(); ++kind) {
    total += of_kind_[kind].empty() ? 0 : kKindShares[kind];
  }
  float place = random.Uniform(0, total);
  const std::vector<MtcnnSample>* chosen = nullptr;
  for (std::size_t kind = 0; kind < of_kind_.size(); ++kind) {
    if (of_kind_[kind].empty()) {
      continue;
    }
    chosen = &of_kind_[kind];
    if (place < kKindShares[kind]) {
      break;
    }
    place -= kKindShares[kind];
  }
  if (chosen == nullptr) {
    throw TrainError("no window of the pictures teaches anything");
  }
  return (*chosen)[random.Index(chosen->size())];
}

SampleStore::Batch SampleStore::Draw(int size, Random random) const {
  const std::int64_t side = side_px_;
  Tensor levels = torch::empty({size, side, side, 3}, torch::kUInt8);
  Tensor kinds = torch::empty({size}, torch::kInt64);
  Tensor offsets = torch::empty({size, 4});
  Tensor landmarks = torch::empty({size, 10});
  Tensor has_landmarks = torch::empty({size}, torch::kBool);
  auto* level = levels.data_ptr<std::uint8_t>();
  auto* offset = offsets.data_ptr<float>();
  auto* landmark = landmarks.data_ptr<float>();
  for (int i = 0; i < size; ++i) {
    MtcnnSample sample = DrawOne(random);
    if (random.Chance(0.5F)) {
      Mirror(sample);
    }
    ChangeColors(sample.chip, random);
    level = std::ranges::copy(sample.chip.pixels(), level).out;
    offset = std::ranges::copy(sample.offsets, offset).out;
    landmark = std::ranges::copy(sample.landmarks, landmark).out;
    kinds.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(sample.kind);
    has_landmarks.data_ptr<bool>()[i] = sample.has_landmarks;
  }
  return {.input = levels.to(torch::kFloat32)
                       .sub_(127.5)
                       .div_(128.0)
                       .permute({0, 3, 1, 2}),
          .targets = {.kinds = kinds,
                      .offsets = offsets,
                      .landmarks = landmarks,
                      .has_landmarks = has_landmarks}};
}

}  // namespace mien::train
