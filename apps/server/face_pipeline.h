// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "face_batcher.h"
#include "gate.h"
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
  /// Decodes and detects in at most `num_cpus` pictures at a time, and embeds
  /// in as many runs: each holds buffers of several megabytes, and more of them
  /// than CPUs would be no faster. `recognizer` must outlive this.
  FacePipeline(const Recognizer& recognizer,
               DecodeOptions limits,
               int num_cpus,
               FaceBatcher::Observe observe_batch);

  /// Errors: those of DecodeImage().
  Result<DecodedImage> Decode(std::span<const std::byte> file,
                              Timings& timings);

  /// Errors: those of Recognizer::Detect().
  Result<std::vector<Detection>> Detect(const Image& image,
                                        const FaceFilter& filter,
                                        Timings& timings);

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
  /// Calls `work`, timed as `stage`, when a CPU is free for it; waiting counts
  /// as "queue".
  template <class Work>
  auto OnCpu(const std::string& stage, Timings& timings, const Work& work) {
    const auto arrived = std::chrono::steady_clock::now();
    const Gate::Pass pass(cpus_);
    timings.Add("queue", std::chrono::steady_clock::now() - arrived);
    return timings.Measure(stage, work);
  }

  const Recognizer* recognizer_;
  DecodeOptions limits_;
  Gate cpus_;
  FaceBatcher batcher_;
};

}  // namespace mien::server
