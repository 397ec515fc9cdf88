// SPDX-License-Identifier: Apache-2.0
//
// Pictures with the faces that are in them: what detectors are trained on.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "mien/geometry.h"

namespace mien::train {

/// A face in a training picture, in pixels of the upright picture.
struct AnnotatedFace {
  Box box;

  /// Absent where nobody marked them.
  std::optional<Landmarks> landmarks = {};

  /// Neither a face to learn nor background: doubtful, or too small.
  bool ignore = false;
};

struct AnnotatedPicture {
  std::filesystem::path path;

  /// Empty for a picture without faces.
  std::vector<AnnotatedFace> faces;
};

struct AnnotationOptions {
  /// Where pictures named by a relative path lie.
  std::filesystem::path root = {};

  /// Faces that another detector scored lower than this are ignored: it may be
  /// wrong either way.
  float min_score = 0.6F;
};

/// Reads the annotations at `path`, which are either
///
/// - JSON lines as `mien detect --json` prints them, so that any detector can
///   be a teacher: {"image": path, "faces": [{"box": [x0, y0, x1, y1], "score",
///   "landmarks": [[x, y] x 5], "ignore"}]}; all of a face but "box" may be
///   left out; lines with "error" are skipped; or
/// - WIDER FACE's *_bbx_gt.txt (Yang et al. 2016, arXiv:1511.06523): the
///   picture's path, the number of faces, then a line "x y w h blur expression
///   illumination invalid occlusion pose" each.
///
/// Boxes without area are dropped. Throws TrainError naming file and line.
std::vector<AnnotatedPicture> ReadAnnotations(const std::filesystem::path& path,
                                              const AnnotationOptions& options);

/// Gives every face of `pictures` that has no landmarks those of the face of
/// the same picture in `found` that overlaps it most, by more than half of
/// their union. Pictures are told by their path. Returns how many faces got
/// landmarks.
int BorrowLandmarks(std::span<const AnnotatedPicture> found,
                    std::span<AnnotatedPicture> pictures);

}  // namespace mien::train
