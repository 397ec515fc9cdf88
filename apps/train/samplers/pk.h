// SPDX-License-Identifier: Apache-2.0
//
// P identities with K chips each: every chip of a batch has K - 1 positives and
// (P - 1) K negatives, what triplet and contrastive losses on whole batches
// need (Hermans et al. 2017, arXiv:1703.07737, sec. 2). Rows of an identity
// stand together.
//
// An epoch visits every identity once, in shuffled order, except the last few
// that fill no batch. Successive visits draw other chips of the identity until
// fewer than K are left; then its chips are shuffled anew. An identity with
// fewer than K chips gives each of them, then repeats some, as evenly as can
// be.
#pragma once

#include "train/samplers/sampler.h"

namespace mien::train {

struct PkOptions {
  /// K, >= 1; P is batch_size / K.
  std::int64_t chips = 4;

  /// Identities with fewer chips are not drawn: of a single chip there would be
  /// positives that differ by augmentation alone.
  std::int64_t min_chips = 2;
};

/// Throws TrainError when the batch is no multiple of K, or fewer than P
/// identities have `min_chips` chips.
std::unique_ptr<Sampler> MakePkSampler(std::span<const std::int64_t> labels,
                                       const PkOptions& options,
                                       const SamplerSetting& setting);

}  // namespace mien::train
