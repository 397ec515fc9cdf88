// SPDX-License-Identifier: Apache-2.0
//
// A single-shot detector: one net, run once over the picture. Depends on image,
// graph, runtime and nets.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "detect/face_finder.h"
#include "detect/ssd_family.h"
#include "graph/graph.h"
#include "image/resize.h"
#include "mien/model.h"
#include "runtime/net_cache.h"

namespace mien {

struct SingleShotOptions {
  /// Faces with a shorter side than this are left out.
  int min_face_px = 20;

  /// 0 takes the family's own.
  float score_threshold = 0.0F;

  /// Of a net that takes any size; 0 means kDefaultLongSidePx.
  int long_side_px = 0;

  int num_threads = 1;
};

inline constexpr int kDefaultLongSidePx = 640;

/// Sides of the input of a net that takes any size are multiples of this, which
/// all strides divide, so that few nets are compiled.
inline constexpr int kInputStepPx = 64;

/// Of more candidates than this, those with the best scores go on.
inline constexpr std::size_t kMaxSsdCandidates = 5'000;

/// Sides of a net's input.
struct InputExtent {
  int width = 0;
  int height = 0;

  friend bool operator==(const InputExtent&, const InputExtent&) = default;
};

/// The input for a picture of `width` x `height`: its shape with the longer
/// side at most `long_side_px`, never enlarged, each side rounded up to a
/// multiple of kInputStepPx.
InputExtent FitInput(int width, int height, int long_side_px);

/// The contract of the detector in `graph`; where the file has none, one with
/// what its family wants, which its outputs tell.
///
/// Errors: those of SingleShot::Create() but for operators.
Result<ModelContract> SingleShotContract(const Graph& graph);

/// How the detector of `contract` wants its pictures.
PlanarNormalization NormalizationOf(const ModelContract& contract);

/// Thread safety: const methods may run concurrently.
class SingleShot : public FaceFinder {
 public:
  /// Errors:
  /// - kUnsupported: outputs of no known family, a net of MTCNN (which has
  ///   three), a net without exactly one input [N, 3, H, W], or an operator
  ///   that cannot run.
  /// - kCorruptModel: a malformed contract.
  static Result<std::unique_ptr<SingleShot>> Create(
      const Graph& graph, const SingleShotOptions& options);

  /// Errors: those of LoadOnnx() and Create().
  static Result<std::unique_ptr<SingleShot>> Load(
      const std::filesystem::path& path, const SingleShotOptions& options);

  [[nodiscard]] Result<std::vector<Detection>> Find(
      const Image& image) const override;

  [[nodiscard]] bool has_landmarks() const override;

  [[nodiscard]] std::string name() const override;

 private:
  SingleShot() = default;

  /// Faces in a copy of `image` of the size of `extent`, in its own pixels.
  [[nodiscard]] Result<std::vector<Detection>> LookAt(
      const Image& image, const InputExtent& extent) const;

  /// Measures the landmarks of `face` once more.
  Result<void> LookAgain(const Image& image, Detection& face) const;

  std::unique_ptr<NetCache> nets_;
  const SsdFamily* family_ = nullptr;
  bool has_landmarks_ = true;
  PlanarNormalization normalization_;
  InputExtent fixed_;  // 0 x 0 when any size will do
  SingleShotOptions options_;
};

}  // namespace mien
