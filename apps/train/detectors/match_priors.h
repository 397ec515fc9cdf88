// SPDX-License-Identifier: Apache-2.0
//
// Which prior of the SSD learns which face (Liu et al. 2016, arXiv:1512.02325,
// section 2.2, "Matching strategy").
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nets/prior_boxes.h"
#include "train/detectors/annotations.h"

namespace mien::train {

/// What a prior is to learn. The values are those of the classes.
enum PriorLabel : std::int8_t { kIgnored = -1, kBackground = 0, kFace = 1 };

/// One entry for each prior; offsets count for faces only.
struct PriorTargets {
  std::vector<std::int8_t> labels;
  std::vector<nets::BoxOffsets> boxes;
  std::vector<nets::LandmarkOffsets> landmarks;
  std::vector<std::uint8_t> has_landmarks;  ///< 0 or 1
};

/// A prior takes the face that it overlaps most, if by at least this much of
/// their union; 0.35 in place of Liu's 0.5 gives small faces more priors (Zhang
/// et al. 2017, "S3FD", arXiv:1708.05237, section 3.2).
inline constexpr float kMatchIou = 0.35F;

/// Beyond that each face gets the prior that overlaps it most, if by this much.
inline constexpr float kBestPriorIou = 0.2F;

/// Targets for `faces`, in pixels of the network's input. Background that lies
/// by more than half on a face to ignore is ignored.
PriorTargets MatchPriors(std::span<const nets::PriorBox> priors,
                         std::span<const AnnotatedFace> faces);

}  // namespace mien::train
