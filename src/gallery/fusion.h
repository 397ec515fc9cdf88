// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mien/gallery.h"

namespace mien {

inline constexpr std::array kAllFusions = {
    Fusion::kMax, Fusion::kMeanOfTop, Fusion::kCentroid};

/// How many similarities Fusion::kMeanOfTop takes.
inline constexpr int kFusedTemplates = 3;

/// How many comparisons a stranger's face has the chance to pass in a search,
/// to choose a threshold for: each subject is one by a rule that makes one
/// template of several, each template by Fusion::kMax.
std::size_t NumComparisons(Fusion fusion,
                           std::size_t num_subjects,
                           std::size_t num_templates);

/// One similarity out of those of a probe to a subject's templates, in any
/// order, at least one. `centroid_length` is the Euclidean length of the mean
/// of these templates, > 0; only Fusion::kCentroid needs it.
float Fuse(Fusion fusion,
           std::span<const float> similarities,
           float centroid_length);

}  // namespace mien
