// SPDX-License-Identifier: Apache-2.0
//
// What the three nets of MTCNN learn from: square windows of pictures, told
// apart by how well they fit a face (Zhang et al. 2016, arXiv:1604.02878,
// section III.D).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "detect/nms.h"
#include "image/resize.h"
#include "mien/image.h"
#include "train/detectors/annotations.h"
#include "train/detectors/random.h"

namespace mien::train {

/// By the IoU of a window with the face that it overlaps most.
enum class SampleKind : std::int8_t {
  kNegative,  ///< < 0.3: learns the class
  kPart,      ///< 0.4 to 0.65: learns the box
  kPositive,  ///< >= 0.65: learns class, box and landmarks
};

inline constexpr float kNegativeIou = 0.3F;
inline constexpr float kPartIou = 0.4F;
inline constexpr float kPositiveIou = 0.65F;

/// One of the nets, and what it sees of a window.
struct MtcnnStage {
  const char* name = "";

  /// Side of the net's input.
  int side_px = 12;

  /// How the net's offsets count, see ApplyRegression().
  BoxExtent extent = BoxExtent::kHalfOpen;

  bool has_landmarks = false;
};

/// P-Net, R-Net, O-Net.
inline constexpr std::array<MtcnnStage, 3> kMtcnnStages = {{
    {"pnet", 12, BoxExtent::kHalfOpen, false},
    {"rnet", 24, BoxExtent::kInclusive, false},
    {"onet", 48, BoxExtent::kInclusive, true},
}};

/// A window and the face that it is about.
struct WindowMatch {
  SampleKind kind = SampleKind::kNegative;

  /// Null for negatives.
  const AnnotatedFace* face = nullptr;
};

/// What `window` may teach; nothing between the kinds, or where it shows much
/// of a face to ignore.
std::optional<WindowMatch> MatchWindow(const Box& window,
                                       std::span<const AnnotatedFace> faces);

/// The offsets that make `face` of `window`: ApplyRegression() backwards.
std::array<float, 4> EncodeRegression(const Box& window,
                                      const Box& face,
                                      BoxExtent extent);

/// LandmarksInPicture() backwards: five x, then five y.
std::array<float, 10> EncodeWindowLandmarks(const Box& window,
                                            const Landmarks& landmarks);

/// The box that `stage` regresses from when it sees the pixels of `window`.
/// P-Net's is one cell of twelve smaller at the left and the top, as CellBox()
/// says; the others' is the window.
Box RegressedBox(const MtcnnStage& stage, const Box& window);

/// One thing to learn.
struct MtcnnSample {
  Image chip;  ///< side_px x side_px
  SampleKind kind = SampleKind::kNegative;
  std::array<float, 4> offsets = {};
  std::array<float, 10> landmarks = {};
  bool has_landmarks = false;
};

/// Cuts `window` out of `image` as the detector does. Nothing for a window that
/// teaches nothing or shows nothing.
std::optional<MtcnnSample> CutSample(const MtcnnStage& stage,
                                     const Image& image,
                                     const Box& window,
                                     std::span<const AnnotatedFace> faces);

/// How many windows to draw in one picture.
struct WindowCounts {
  int anywhere = 24;     ///< of any size, anywhere
  int beside_face = 3;   ///< for each face, of its size, around it
  int around_face = 16;  ///< for each face, close to it
  int most_faces = 12;   ///< faces that get windows; drawn when there are more
};

/// Square windows of at least `smallest_px`, within the picture as far as they
/// are wholly inside it at all.
std::vector<Box> DrawWindows(int width,
                             int height,
                             std::span<const AnnotatedFace> faces,
                             const WindowCounts& counts,
                             float smallest_px,
                             Random& random);

/// Mirrors chip, offsets and landmarks.
void Mirror(MtcnnSample& sample);

}  // namespace mien::train
