// SPDX-License-Identifier: Apache-2.0
//
// Batches of two parts: P identities with K chips as `pk` draws them, then
// chips without label as `instance` does. For "distill+triplet" and the like,
// where few pictures have names and many have none.
#pragma once

#include "train/samplers/pk.h"
#include "train/samplers/sampler.h"

namespace mien::train {

struct MixedOptions {
  PkOptions pk;

  /// Share of labelled chips in a batch, in (0, 1); rounded to whole groups of
  /// K for every rank.
  double labelled = 0.5;
};

/// Throws TrainError when either part would be empty, or is not to be had from
/// `labels`.
std::unique_ptr<Sampler> MakeMixedSampler(std::span<const std::int64_t> labels,
                                          const MixedOptions& options,
                                          const SamplerSetting& setting);

}  // namespace mien::train
