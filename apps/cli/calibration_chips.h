// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "detect/single_shot.h"
#include "mien/image.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien::cli {

/// Up to `count` chips, evenly spread over what `source` has, of the size of
/// `contract`'s input.
struct CalibrationChips {
  std::vector<Image> chips;

  /// Pictures of another size, which were scaled.
  std::size_t num_scaled = 0;
};

/// `source` is a folder that `mien prepare` made, or a folder or pattern of
/// pictures, best chips as `mien align` writes them.
///
/// Errors:
/// - kInvalidArgument: fewer than 4 chips.
/// - those of ExpandInputs(), LoadImage() and ChipDataset.
Result<CalibrationChips> LoadCalibrationChips(const std::string& source,
                                              std::size_t count,
                                              const ModelContract& contract);

/// Inputs [3, height, width] of a detector with `contract`, made of up to
/// `count` pictures, evenly spread over `source`, as SingleShot makes them.
/// `extent` is not empty.
///
/// Errors:
/// - kInvalidArgument: fewer than 4 pictures.
/// - those of ExpandInputs() and LoadImage().
Result<std::vector<std::vector<float>>> LoadCalibrationPictures(
    const std::string& source,
    std::size_t count,
    const ModelContract& contract,
    const InputExtent& extent);

}  // namespace mien::cli
