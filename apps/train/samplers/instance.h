// SPDX-License-Identifier: Apache-2.0
//
// Every chip once per epoch, in shuffled order, labelled or not: for softmax
// and margin losses and for distillation.
#pragma once

#include "train/samplers/sampler.h"

namespace mien::train {

/// `chips` are the chips to draw from. Batches run on over the end of an epoch:
/// none is short, and none of the chips is left out.
///
/// Throws TrainError when `chips` is empty.
std::unique_ptr<Sampler> MakeInstanceSampler(std::vector<std::int64_t> chips,
                                             const SamplerSetting& setting);

}  // namespace mien::train
