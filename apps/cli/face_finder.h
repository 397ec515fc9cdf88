// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien::cli {

/// A picture's size after EXIF orientation, and its faces.
struct EmbeddedPicture {
  int width = 0;
  int height = 0;
  std::vector<Face> faces;
};

/// Loads each picture, finds its faces, and embeds those of all the pictures
/// together in full batches. Answer i belongs to picture i; its errors begin
/// with the picture's path.
///
/// Thread safety: may run concurrently.
std::vector<Result<EmbeddedPicture>> EmbedPictures(
    const Recognizer& recognizer,
    std::span<const std::filesystem::path> pictures);

}  // namespace mien::cli
