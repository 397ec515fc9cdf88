// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "mien/image.h"
#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien::cli {

/// One picture of the two, as far as its chip.
struct Side {
  Image picture;
  std::vector<Detection> faces;
  std::size_t chosen = 0;
  Image chip;
};

/// Which pictures to compare, and which of their faces: a number from 0, or -1
/// for the largest.
struct SideOptions {
  std::array<std::string, 2> pictures;
  std::array<int, 2> faces = {-1, -1};

  /// Two pictures are worked on side by side from 2 on.
  int num_threads = 1;
};

/// Loads both pictures, finds their faces and cuts the chips to compare.
///
/// Errors, beginning with the picture's path:
/// - kInvalidImage: no face, or fewer than asked for.
/// - those of LoadImage(), Recognizer::Detect() and Recognizer::Align().
Result<std::array<Side, 2>> LoadSides(const Recognizer& recognizer,
                                      const SideOptions& options);

/// Embeds both chips in one batch and compares them.
Result<Verification> CompareSides(const Recognizer& recognizer,
                                  const std::array<Side, 2>& sides,
                                  const VerifyOptions& options);

}  // namespace mien::cli
