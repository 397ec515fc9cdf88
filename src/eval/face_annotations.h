// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mien/geometry.h"
#include "mien/result.h"

namespace mien {

/// A picture of a detection benchmark.
struct AnnotatedPicture {
  /// Relative to the folder of the pictures.
  std::string path;
  std::vector<Box> boxes;
};

/// Which boxes count at a difficulty; the others are neither to be found nor
/// false when found.
struct AnnotationSetting {
  /// "easy", "medium", "hard", or "all".
  std::string name;

  /// [picture][box], 1 where the box counts.
  std::vector<std::vector<std::uint8_t>> counts;
};

struct FaceAnnotations {
  std::vector<AnnotatedPicture> pictures;
  std::vector<AnnotationSetting> settings;
};

/// Parses the text lists of WIDER FACE (wider_face_val_bbx_gt.txt) and FDDB
/// (FDDB-fold-01-ellipseList.txt): a picture's path, the number of its faces,
/// then a line for each. Of WIDER, "x y w h blur expression illumination
/// invalid occlusion pose": an invalid box does not count, nor an empty one. Of
/// FDDB, "major minor angle x y 1": the ellipse's upright bounding box. A path
/// without an ending gets ".jpg".
///
/// Errors:
/// - kCorruptData: names the line.
Result<FaceAnnotations> ParseFaceList(std::string_view text);

}  // namespace mien
