// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "detect/ssd_family.h"
#include "nets/prior_boxes.h"

namespace mien {

/// Faces of a detector whose outputs of 2, 4 and 10 columns are, for each prior
/// of `levels`, the scores (no face, face; before or after softmax), the box
/// and the landmarks in the units of nets/prior_boxes.h (Liu et al. 2016).
///
/// Errors: as SsdDecoder.
Result<std::vector<Detection>> DecodePriors(
    std::span<const NetOutput> outputs,
    std::span<const nets::PriorLevel> levels,
    const SsdQuery& query);

}  // namespace mien
