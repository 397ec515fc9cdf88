// SPDX-License-Identifier: Apache-2.0
//
// Triplets drawn blindly: rows 3i, 3i + 1, 3i + 2 are anchor, positive,
// negative. Anchors run through all chips that have a mate, in shuffled epochs;
// the positive is another chip of the anchor's identity, the negative one of
// another identity, each identity as likely. Most such triplets are soon too
// easy: selecting within batches of `pk` learns faster.
#pragma once

#include "train/samplers/sampler.h"

namespace mien::train {

/// Throws TrainError unless chips per rank are a multiple of 3, and when there
/// are no mates or fewer than two identities.
std::unique_ptr<Sampler> MakeTripletSampler(
    std::span<const std::int64_t> labels, const SamplerSetting& setting);

}  // namespace mien::train
