// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "mien/image.h"
#include "train/detectors/annotations.h"
#include "train/detectors/random.h"

namespace mien::train {

/// Annotated pictures of one origin and how often they are drawn.
struct PictureSet {
  std::vector<AnnotatedPicture> pictures;

  /// Relative to the shares of the other sets, > 0.
  float share = 1.0F;
};

/// What the command line says of sets of pictures.
struct PictureSetOptions {
  /// "FILE" or "FILE:SHARE", see ReadAnnotations(). A set without a share is
  /// drawn as often as it has pictures for each of the others.
  std::vector<std::string> annotations = {};

  /// Annotations that lend their landmarks, see BorrowLandmarks().
  std::vector<std::string> landmarks = {};

  AnnotationOptions reading = {};
};

/// Reads all sets. Throws TrainError for a share that is no number above 0, for
/// a set without pictures, and as ReadAnnotations().
std::vector<PictureSet> ReadPictureSets(const PictureSetOptions& options);

/// Draws a set by its share, then one of its pictures. `sets` is not empty.
const AnnotatedPicture& DrawPicture(const std::vector<PictureSet>& sets,
                                    Random& random);

/// A decoded picture with its faces in its own pixels.
struct LoadedPicture {
  Image image;
  std::vector<AnnotatedFace> faces;
};

/// Decodes `picture`; large JPEGs at a fraction of their size, with a longer
/// side of at least `min_long_side_px`. Throws TrainError naming the file.
LoadedPicture LoadPicture(const AnnotatedPicture& picture,
                          int min_long_side_px);

/// How many faces, ignored ones and landmarks `sets` hold, for people.
std::string DescribeSets(const std::vector<PictureSet>& sets);

}  // namespace mien::train
