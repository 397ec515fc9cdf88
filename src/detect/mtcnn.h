// SPDX-License-Identifier: Apache-2.0
//
// MTCNN (Zhang, Zhang, Li, Qiao 2016, "Joint Face Detection and Alignment using
// Multi-task Cascaded Convolutional Networks", IEEE SPL 23(10)), with the rules
// of facenet-pytorch 2.5: area interpolation from the full picture at each
// scale, clipped crops, float boxes between the stages (see mtcnn_boxes.h).
// Departures, none of which shows on ordinary pictures: the caps below, and a
// box wholly outside of the picture is dropped where the reference fails.
// Depends on image, graph and runtime.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "detect/crop_net.h"
#include "detect/face_finder.h"
#include "detect/pnet.h"

namespace mien {

struct MtcnnOptions {
  int min_face_px = 20;

  /// From one pyramid level to the next, in (0, 1).
  double pyramid_factor = 0.709;

  /// Scores that P-Net (>=), R-Net and O-Net (>) must give.
  std::array<float, 3> thresholds = {0.6F, 0.7F, 0.7F};

  int num_threads = 1;
};

/// Of more cells of one level than this, those with the best scores go on.
inline constexpr std::size_t kMaxCellsPerLevel = 65'536;

/// Of more boxes of all levels than this, those with the best scores go on.
inline constexpr std::size_t kMaxProposals = 32'768;

/// The cascade.
///
/// Thread safety: const methods may run concurrently.
class Mtcnn : public FaceFinder {
 public:
  /// The nets as graphs.
  ///
  /// Errors:
  /// - kUnsupported: a graph that is not the net it should be.
  static Result<std::unique_ptr<Mtcnn>> Create(const Graph& pnet,
                                               const Graph& rnet,
                                               const Graph& onet,
                                               const MtcnnOptions& options);

  /// [mtcnn-]pnet.onnx, rnet.onnx and onet.onnx in `folder`.
  ///
  /// Errors: those of LoadOnnx() and Create(), and
  /// - kNotFound: names the file that is missing.
  static Result<std::unique_ptr<Mtcnn>> Load(
      const std::filesystem::path& folder, const MtcnnOptions& options);

  [[nodiscard]] Result<std::vector<Detection>> Find(
      const Image& image) const override;

  /// The first stage alone: square boxes, which R-Net sees and learns from.
  [[nodiscard]] std::vector<Box> ProposeBoxes(const Image& image) const;

  /// The second stage alone: what R-Net makes of such boxes, square again,
  /// which O-Net sees and learns from.
  ///
  /// Errors: as Find().
  [[nodiscard]] Result<std::vector<Box>> RefineBoxes(
      const Image& image, std::span<const Box> boxes) const;

  [[nodiscard]] bool has_landmarks() const override { return true; }

  [[nodiscard]] std::string name() const override { return "mtcnn"; }

 private:
  Mtcnn(const PnetWeights& pnet, const MtcnnOptions& options);

  /// Third stage.
  Result<std::vector<Detection>> DescribeFaces(
      const Image& image, std::span<const Box> boxes) const;

  Pnet pnet_;
  std::unique_ptr<CropNet> rnet_;
  std::unique_ptr<CropNet> onet_;
  MtcnnOptions options_;
};

}  // namespace mien
