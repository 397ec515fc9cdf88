// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "face_batcher.h"
#include "mien/image.h"
#include "mien/recognizer.h"
#include "mien/result.h"
#include "timings.h"

namespace mien::server {

/// Which of the faces found are wanted.
struct FaceFilter {
  /// At most this many, best scores first, >= 1.
  int max_faces = 100;

  /// In [0, 1]; the detector's own threshold holds as well.
  float min_score = 0.0F;

  /// Shorter side of the box; the detector's own limit holds as well.
  float min_face_px = 0.0F;
};

/// From the bytes of a picture to its faces, timed stage by stage.
///
/// Thread safety: all methods may run concurrently.
class FacePipeline {
 public:
  /// `recognizer` must outlive this.
  FacePipeline(const Recognizer& recognizer,
               DecodeOptions limits,
               int max_runs,
               FaceBatcher::Observe observe_batch);

  /// Errors: those of DecodeImage().
  Result<DecodedImage> Decode(std::span<const std::byte> file,
                              Timings& timings) const;

  /// Errors: those of Recognizer::Detect().
  Result<std::vector<Detection>> Detect(const Image& image,
                                        const FaceFilter& filter,
                                        Timings& timings) const;

  /// The faces of `detections`, in their order.
  ///
  /// Errors: those of Recognizer's methods.
  Result<std::vector<Face>> Embed(const Image& image,
                                  std::span<const Detection> detections,
                                  Timings& timings);

  /// Detect(), then Embed().
  Result<std::vector<Face>> Find(const Image& image,
                                 const FaceFilter& filter,
                                 Timings& timings);

  /// The largest face.
  ///
  /// Errors: those of Find(), and
  /// - kInvalidImage: no face.
  Result<Face> FindLargest(const Image& image, Timings& timings);

  [[nodiscard]] const Recognizer& recognizer() const { return *recognizer_; }

 private:
  const Recognizer* recognizer_;
  DecodeOptions limits_;
  FaceBatcher batcher_;
};

}  // namespace mien::server
