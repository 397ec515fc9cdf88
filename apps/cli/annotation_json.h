// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "eval/face_annotations.h"
#include "mien/result.h"

namespace mien::cli {

/// Parses {"images": [{"image", "boxes": [[x, y, w, h], ...], "easy": [indices
/// of boxes], "medium": [...], "hard": [...]}, ...]}. Any lists of indices
/// beside "boxes" are settings, in the order of the first picture; without
/// them, all boxes count in the setting "all".
///
/// Errors:
/// - kCorruptData: names the picture.
Result<FaceAnnotations> ParseAnnotationJson(std::string_view text);

/// The annotations in the file at `path`, JSON as above or a list as
/// ParseFaceList() takes it. Errors begin with the path.
Result<FaceAnnotations> LoadAnnotations(const std::filesystem::path& path);

}  // namespace mien::cli
