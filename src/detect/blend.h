// SPDX-License-Identifier: Apache-2.0
//
// One face out of the many candidates that a single-shot detector has for it.
#pragma once

#include <span>
#include <vector>

#include "mien/detector.h"

namespace mien {

/// Of `candidates`, those that no better one overlaps by more than
/// `max_overlap` of their union, best first. Where `blend`, box and landmarks
/// of each are the mean, weighted by score, of its own and those of the
/// candidates that gave way to it (Bazarevsky et al. 2019, "BlazeFace",
/// arXiv:1907.05047, section 4); their errors differ, so the mean's is smaller.
/// Scores stay.
///
/// Quadratic in the number of candidates at worst.
std::vector<Detection> SuppressDetections(std::span<const Detection> candidates,
                                          float max_overlap,
                                          bool blend);

}  // namespace mien
