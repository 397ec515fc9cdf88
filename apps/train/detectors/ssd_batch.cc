// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/ssd_batch.h"

#include <algorithm>
#include <cstdint>

#include "nets/prior_boxes.h"

namespace mien::train {
namespace {

/// With channels innermost, as the pictures are and the convolutions want them.
Tensor PixelsOf(const std::vector<TrainingCrop>& crops, bool pinned) {
  const std::int64_t side = crops.at(0).image.width();
  Tensor pixels =
      torch::empty({static_cast<std::int64_t>(crops.size()), side, side, 3},
                   torch::TensorOptions(torch::kUInt8).pinned_memory(pinned));
  auto* out = pixels.data_ptr<std::uint8_t>();
  for (const TrainingCrop& crop : crops) {
    out = std::ranges::copy(crop.image.pixels(), out).out;
  }
  return pixels;
}

}  // namespace

SsdBatch MakeSsdBatch(const std::vector<TrainingCrop>& crops, bool pinned) {
  const int side = crops.at(0).image.width();
  const auto priors = nets::GeneratePriors(nets::FaceSsdPriors(), side, side);
  std::vector<PriorTargets> targets;
  targets.reserve(crops.size());
  for (const TrainingCrop& crop : crops) {
    targets.push_back(MatchPriors(priors, crop.faces));
  }
  return {.pixels = PixelsOf(crops, pinned),
          .targets = StackTargets(targets, pinned)};
}

SsdBatch MoveBatch(const SsdBatch& batch, torch::Device device) {
  return {.pixels = batch.pixels.to(device, /*non_blocking=*/true),
          .targets = MoveTargets(batch.targets, device)};
}

Tensor SsdInput(const Tensor& pixels) {
  return pixels.to(torch::kFloat32)
      .sub_(127.5)
      .div_(128.0)
      .permute({0, 3, 1, 2});
}

}  // namespace mien::train
