// SPDX-License-Identifier: Apache-2.0
//
// The loss of single-shot detectors (Liu et al. 2016, arXiv:1512.02325, section
// 2.2) with landmarks beside (Deng et al. 2019, arXiv:1905.00641, equation 1)
// and the focal loss of the class (Lin et al. 2017, arXiv:1708.02002, equation
// 5) in place of mined negatives, whose 3:1 a young network cannot tell apart:
//
//   L = (1 / F) (sum over faces and background of
//                  -a(class) (1 - p(class))^2 log p(class)
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

/// Targets of N pictures with P priors each. Rows name priors of all pictures,
/// prior p of picture n by n P + p: a GPU that had to find the faces first
/// would have to be waited for.
struct MultiBoxTargets {
  Tensor labels;         ///< [N, P] int8, values of PriorLabel
  Tensor face_rows;      ///< [F] int64, the priors that are faces
  Tensor boxes;          ///< [F, 4], of those
  Tensor landmark_rows;  ///< [L] int64, those of them that have landmarks
  Tensor landmarks;      ///< [L, 10]
};

/// `targets` of the pictures of one batch, all with the same priors; in memory
/// that a GPU copies from by itself when `pinned`.
MultiBoxTargets StackTargets(std::span<const PriorTargets> targets,
                             bool pinned = false);

/// `targets` on `device`; from pinned memory without waiting.
MultiBoxTargets MoveTargets(const MultiBoxTargets& targets,
                            torch::Device device);

/// What the network says of N pictures.
struct MultiBoxOutputs {
  Tensor logits;     ///< [N, P, 2], before softmax
  Tensor boxes;      ///< [N, P, 4]
  Tensor landmarks;  ///< [N, P, 10]
};

struct MultiBoxOptions {
  /// a(face); a(background) is the rest to 1.
  float face_share = 0.25F;

  float box_weight = 0.5F;
  float landmark_weight = 0.15F;
};

/// The loss and its parts before weighting, each with gradient.
struct MultiBoxLoss {
  Tensor total;
  Tensor confidence;
  Tensor boxes;
  Tensor landmarks;
};

MultiBoxLoss ComputeMultiBoxLoss(const MultiBoxOutputs& outputs,
                                 const MultiBoxTargets& targets,
                                 const MultiBoxOptions& options);

}  // namespace mien::train
