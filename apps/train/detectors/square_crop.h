// SPDX-License-Identifier: Apache-2.0
//
// Parts of a training picture as a detector's input: a square that shows faces
// at a chosen size, mirrored and coloured at random.
#pragma once

#include <vector>

#include "mien/image.h"
#include "train/detectors/annotations.h"
#include "train/detectors/random.h"
#include "train/detectors/turn.h"

namespace mien::train {

/// A square of the source picture; may reach past its border.
struct Square {
  float x0 = 0.0F;
  float y0 = 0.0F;
  float side = 1.0F;

  /// Of the picture, before the square is cut out of it.
  Turn turn = {};
};

/// A network's input and the faces in it, in its pixels.
struct TrainingCrop {
  Image image;
  std::vector<AnnotatedFace> faces;
};

struct CropOptions {
  /// Side of the crop; faces of a random size are up to 1.2 times as large, of
  /// which the crop shows a part.
  int input_px = 256;

  /// Faces with a shorter geometric mean side are ignored.
  float min_face_px = 7.0F;

  /// How often the square is chosen so that one face has a random size (Tang et
  /// al. 2018, "PyramidBox", arXiv:1803.07737, section 3.3), else its side is
  /// 0.3 to 1 of the picture's shorter side (Zhang et al. 2017, "S3FD",
  /// arXiv:1708.05237, section 3.4).
  float share_by_face = 0.6F;

  /// Faces are ignored of which the crop shows a smaller share.
  float min_visible_share = 0.4F;

  /// Faces are not enlarged by more than this.
  float max_enlargement = 2.0F;

  /// Pictures are turned by up to this either way. The square of an even number
  /// is drawn, so that half of them are turned by less than a quarter of it:
  /// few heads are tilted much.
  float max_roll_degrees = 0.0F;
};

/// Draws a square of a picture of `width` x `height`. Where the picture has
/// faces that are not ignored it holds the centre of at least one, around which
/// it turns the picture.
Square DrawSquare(int width,
                  int height,
                  const std::vector<AnnotatedFace>& faces,
                  const CropOptions& options,
                  Random& random);

/// What `square` shows, black outside of the picture. Faces with their centre
/// in it stay, cut at its border; other faces that reach into it are ignored.
/// Faces turn with the picture, see TurnFace().
TrainingCrop CutSquare(const Image& image,
                       const std::vector<AnnotatedFace>& faces,
                       const Square& square,
                       const CropOptions& options);

/// Mirrors picture, boxes and landmarks.
void Mirror(TrainingCrop& crop);

/// Changes brightness, contrast and saturation, each half of the time, by the
/// ranges of SSD (Liu et al. 2016, arXiv:1512.02325); one picture in twenty
/// becomes grey.
void ChangeColors(Image& image, Random& random);

/// All of the above.
TrainingCrop DrawCrop(const Image& image,
                      const std::vector<AnnotatedFace>& faces,
                      const CropOptions& options,
                      Random& random);

}  // namespace mien::train
