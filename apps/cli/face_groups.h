// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "mien/clusterer.h"
#include "mien/detector.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien::cli {

/// A face of a folder that nobody has named.
struct UnnamedFace {
  std::filesystem::path picture;

  /// Place of `picture` among all, and of the face among its faces.
  int picture_number = 0;
  int face_number = 0;

  Detection detection;
  std::vector<float> embedding;

  /// FaceQuality::score().
  float quality = 0.0F;

  /// A small JPEG, where one is wanted.
  std::vector<std::byte> thumbnail;
};

/// A face and how alike it is to the centre of its group, in cosine similarity.
struct GroupedFace {
  const UnnamedFace* face = nullptr;
  float similarity = 1.0F;
};

/// The faces of one person, most typical first.
using FaceGroup = std::vector<GroupedFace>;

/// Groups `faces`, which must outlive the answer, largest group first.
///
/// Errors: those of ClusterFaces().
Result<std::vector<FaceGroup>> GroupFaces(std::span<const UnnamedFace> faces,
                                          const ClusterOptions& options);

/// The square around `box` with a margin for the hair, as far as `image` goes,
/// on `side_px` x `side_px` pixels.
Image CutThumbnail(const Image& image, const Box& box, int side_px);

}  // namespace mien::cli
