// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "train/detectors/multibox_loss.h"
#include "train/detectors/square_crop.h"
#include "train/torch.h"

namespace mien::train {

/// What the single-shot detector learns from in one step: crops of one side
/// with what their priors are to learn.
struct SsdBatch {
  Tensor pixels;  ///< [N, S, S, 3] uint8
  MultiBoxTargets targets;
};

/// `crops` are squares of one side, at least one. `pinned`: in memory that a
/// GPU copies from by itself.
SsdBatch MakeSsdBatch(const std::vector<TrainingCrop>& crops,
                      bool pinned = false);

/// `batch` on `device`; from pinned memory without waiting.
SsdBatch MoveBatch(const SsdBatch& batch, torch::Device device);

/// The network's input, [N, 3, S, S] on the device of `pixels`:
/// (level - 127.5) / 128.
Tensor SsdInput(const Tensor& pixels);

}  // namespace mien::train
