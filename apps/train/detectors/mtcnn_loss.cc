// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/mtcnn_loss.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "train/detectors/mtcnn_samples.h"

namespace mien::train {
namespace {

Tensor Is(const Tensor& kinds, SampleKind kind) {
  return kinds == static_cast<std::int64_t>(kind);
}

Tensor Indices(const Tensor& mask) { return mask.nonzero().squeeze(1); }

// Mean over the rows that `mask` names of the squared distance.
Tensor MeanSquaredDistance(const Tensor& output,
                           const Tensor& target,
                           const Tensor& mask) {
  const Tensor rows = Indices(mask);
  const auto count =
      static_cast<double>(std::max<std::int64_t>(1, rows.size(0)));
  const Tensor difference =
      output.index_select(0, rows) - target.index_select(0, rows);
  return difference.square().sum() / count;
}

}  // namespace

Tensor HardMean(const Tensor& losses, double share) {
  const std::int64_t count = losses.size(0);
  if (count == 0) {
    return losses.sum();
  }
  const auto hard = std::clamp<std::int64_t>(
      std::llround(share * static_cast<double>(count)), 1, count);
  return std::get<0>(losses.topk(hard)).mean();
}

MtcnnLoss ComputeMtcnnLoss(const MtcnnOutputs& outputs,
                           const MtcnnTargets& targets,
                           const MtcnnLossOptions& options) {
  const Tensor is_positive = Is(targets.kinds, SampleKind::kPositive);
  const Tensor is_part = Is(targets.kinds, SampleKind::kPart);
  const Tensor rows = Indices(is_part.logical_not());
  const Tensor classes =
      is_positive.index_select(0, rows).to(torch::kInt64).unsqueeze(1);
  const Tensor losses = -outputs.logits.index_select(0, rows)
                             .log_softmax(1)
                             .gather(1, classes)
                             .squeeze(1);
  MtcnnLoss loss;
  loss.classes = HardMean(losses, options.hard_share);
  loss.boxes = MeanSquaredDistance(
      outputs.offsets, targets.offsets, is_positive.logical_or(is_part));
  loss.landmarks =
      outputs.landmarks.defined()
          ? MeanSquaredDistance(
                outputs.landmarks, targets.landmarks, targets.has_landmarks)
          : torch::zeros({});
  loss.total = options.class_weight * loss.classes +
               options.box_weight * loss.boxes +
               options.landmark_weight * loss.landmarks;
  return loss;
}

}  // namespace mien::train
