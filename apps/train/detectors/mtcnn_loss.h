// SPDX-License-Identifier: Apache-2.0
//
// The loss of MTCNN's nets (Zhang et al. 2016, arXiv:1604.02878, section
// III.C):
//
//   L = w_class mean over hard samples of -log p(class)
//       + w_box mean of |offsets - target|^2
//       + w_landmark mean of |landmarks - target|^2
//
// each mean over the samples whose kind teaches it.
#pragma once

#include "train/torch.h"

namespace mien::train {

/// Targets of B windows.
struct MtcnnTargets {
  Tensor kinds;          ///< [B] int64, values of SampleKind
  Tensor offsets;        ///< [B, 4]
  Tensor landmarks;      ///< [B, 10]
  Tensor has_landmarks;  ///< [B] bool
};

/// What a net says of B windows.
struct MtcnnOutputs {
  Tensor logits;     ///< [B, 2], before softmax
  Tensor offsets;    ///< [B, 4]
  Tensor landmarks;  ///< [B, 10], or undefined
};

struct MtcnnLossOptions {
  float class_weight = 1.0F;
  float box_weight = 0.5F;
  float landmark_weight = 1.0F;

  /// Online hard example mining: only this share of the samples that teach the
  /// class, those of the greatest loss, counts.
  double hard_share = 0.7;
};

struct MtcnnLoss {
  Tensor total;
  Tensor classes;
  Tensor boxes;
  Tensor landmarks;
};

/// Mean of the greatest `share` of `losses` [n], at least one of them; 0 when
/// there are none.
Tensor HardMean(const Tensor& losses, double share);

MtcnnLoss ComputeMtcnnLoss(const MtcnnOutputs& outputs,
                           const MtcnnTargets& targets,
                           const MtcnnLossOptions& options);

}  // namespace mien::train
