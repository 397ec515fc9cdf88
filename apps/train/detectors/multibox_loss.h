// SPDX-License-Identifier: Apache-2.0
//
// The loss of single-shot detectors (Liu et al. 2016, arXiv:1512.02325, section
// 2.2) with landmarks beside (Deng et al. 2019, arXiv:1905.00641, equation 1):
//
//   L = (1 / F) (sum over faces and hard negatives of -log p(class)
//                + w_box sum over faces of smoothL1(box - target)
//                + w_landmark sum over faces with landmarks of
//                  smoothL1(landmarks - target))
//
// with F the number of priors that are faces in the batch.
#pragma once

#include <cstdint>
#include <span>

#include "train/detectors/match_priors.h"
#include "train/torch.h"

namespace mien::train {

/// Targets of N pictures with P priors each.
struct MultiBoxTargets {
  Tensor labels;         ///< [N, P] int64, values of PriorLabel
  Tensor boxes;          ///< [N, P, 4]
  Tensor landmarks;      ///< [N, P, 10]
  Tensor has_landmarks;  ///< [N, P] bool
};

/// `targets` of the pictures of one batch, all with the same priors.
MultiBoxTargets StackTargets(std::span<const PriorTargets> targets);

/// What the network says of N pictures.
struct MultiBoxOutputs {
  Tensor logits;     ///< [N, P, 2], before softmax
  Tensor boxes;      ///< [N, P, 4]
  Tensor landmarks;  ///< [N, P, 10]
};

struct MultiBoxOptions {
  /// Of each picture's background, the priors of the greatest loss: this many
  /// for each of its faces' priors, and no fewer than `min_negatives`, so that
  /// pictures without faces teach as well.
  std::int64_t negatives_per_face = 3;
  std::int64_t min_negatives = 12;

  /// Ten coordinates against four: their sums weigh alike.
  float box_weight = 2.0F;
  float landmark_weight = 0.5F;
};

/// The loss and its parts before weighting, each with gradient.
struct MultiBoxLoss {
  Tensor total;
  Tensor confidence;
  Tensor boxes;
  Tensor landmarks;
};

/// True for each picture's background with the greatest `losses` [N, P]: see
/// MultiBoxOptions. Ignored priors are never chosen. [N, P] bool.
Tensor HardNegatives(const Tensor& losses,
                     const Tensor& labels,
                     const MultiBoxOptions& options);

MultiBoxLoss ComputeMultiBoxLoss(const MultiBoxOutputs& outputs,
                                 const MultiBoxTargets& targets,
                                 const MultiBoxOptions& options);

}  // namespace mien::train
