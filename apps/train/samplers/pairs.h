// SPDX-License-Identifier: Apache-2.0
//
// Pairs for Siamese training: rows 2i and 2i + 1 are a pair, by turns of one
// identity and of two. The first chip of a pair runs through all chips that
// have a mate, in shuffled epochs; the second is drawn at random, a mate from
// the chip's identity, a non-mate from another identity, each identity as
// likely.
#pragma once

#include "train/samplers/sampler.h"

namespace mien::train {

/// Throws TrainError for an odd number of chips per rank, and when there are no
/// mates or fewer than two identities.
std::unique_ptr<Sampler> MakePairSampler(std::span<const std::int64_t> labels,
                                         const SamplerSetting& setting);

}  // namespace mien::train
