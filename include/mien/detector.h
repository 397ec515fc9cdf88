// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mien/geometry.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// One face found in an image.
///
/// Coordinates are float pixels of the source image: (0, 0) is the outer corner
/// of the top-left pixel, (0.5, 0.5) its centre, x right, y down.
struct Detection {
  /// Half-open [x0, x1) x [y0, y1); may reach past the image border.
  Box box;

  /// Detector confidence in [0, 1], higher is surer.
  float score = 0.0F;

  /// See Landmarks. A detector without landmarks (UltraFace) leaves them where
  /// an average face has them inside the box, and says so in
  /// Detector::has_landmarks().
  Landmarks landmarks;
};

/// Whether to look for faces that lie on their side or upside down.
enum class RotationRetry : std::uint8_t {
  kNever,
  kWhenEmpty,  ///< when nothing is found upright, try 90, 180 and 270 degrees
};

/// What to look for. All fields have working defaults.
struct DetectorOptions {
  /// Shortest face side to look for, in pixels, >= 12, or 0 for the shortest
  /// that the detector can find. Time grows with 1 / min_face_px^2.
  int min_face_px = 20;

  /// Faces scoring below this are dropped, in [0, 1]. 0 takes the model's own
  /// default (MTCNN: 0.7 after its last stage).
  float score_threshold = 0.0F;

  /// At most this many faces, the largest scores first; 0 for no limit.
  int max_faces = 0;

  /// When nothing is found, look once more with a border around the picture, so
  /// that a face which fills it can be found.
  int close_up_padding_percent = 50;

  RotationRetry rotation_retry = RotationRetry::kNever;

  /// Longest side a single-shot detector scales its input to, in pixels; MTCNN
  /// ignores it. 0 takes the model's own size, or 640.
  int input_long_side_px = 0;

  /// Threads for one picture, >= 1.
  int num_threads = 1;

  /// Checks every field against its range.
  ///
  /// Errors:
  /// - kInvalidArgument: names the first field out of range.
  Result<void> Validate() const;
};

/// Finds faces and their five landmarks in an image.
///
/// Thread safety: const methods may run concurrently on one instance.
class Detector {
 public:
  /// Loads a detector: a folder that holds the three MTCNN nets
  /// ([mtcnn-]pnet.onnx, rnet, onet), or one .onnx file of the single-shot
  /// family (mien's SSD, UltraFace, YuNet, SCRFD, RetinaFace).
  ///
  /// Errors:
  /// - kNotFound: no model at `path`.
  /// - kCorruptModel: not an ONNX file, or its contract is missing or wrong.
  /// - kUnsupported: outputs of no known detector family.
  /// - kInvalidArgument: `options` fail Validate().
  static Result<std::unique_ptr<Detector>> Load(
      const std::filesystem::path& path, const DetectorOptions& options = {});

  Detector() = default;
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;
  virtual ~Detector() = default;

  /// Returns all faces, highest score first; an image without faces gives an
  /// empty vector, not an error. Memory is bounded whatever the image's size
  /// and number of faces.
  ///
  /// `image` is 8-bit RGB, [H, W, 3], H and W at least 1.
  ///
  /// Errors:
  /// - kInvalidImage: empty.
  virtual Result<std::vector<Detection>> Detect(const Image& image) const = 0;

  /// False when landmarks are an average face's, not measured.
  [[nodiscard]] virtual bool has_landmarks() const = 0;

  /// What it is, for messages: "mtcnn", "ssd", "yunet", ...
  [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace mien
