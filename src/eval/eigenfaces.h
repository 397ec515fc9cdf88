// SPDX-License-Identifier: Apache-2.0
//
// Eigenfaces (Turk and Pentland 1991, "Eigenfaces for Recognition"): faces as
// coordinates along the directions in which training faces vary most; the first
// method that worked at all, as a baseline.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "eval/face_method.h"

namespace mien {

/// Grey chips of 40 x 40 pixels, each brought to mean 0 and deviation 1, as
/// coordinates along the 128 principal axes of training chips, scaled to equal
/// variance and compared by the cosine (the "whitened cosine" that later work
/// found better than the paper's Euclidean distance: Moon and Phillips 2001).
/// The axes are learned on the training folds, of at most 3000 chips of them,
/// or once on a set of their own.
class EigenfaceMethod final : public FaceMethod {
 public:
  /// Learns on the folds that are not judged.
  EigenfaceMethod();

  /// Learned already, on descriptors of Describe().
  explicit EigenfaceMethod(LinearProjection learned);

  [[nodiscard]] std::string name() const override { return "eigenfaces"; }

  [[nodiscard]] std::string id() const override;

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  /// [40 * 40] without axes, [128] with them.
  [[nodiscard]] Result<std::vector<Descriptor>> Describe(
      std::span<const Image> chips) const override;

  /// The axes, scaled by 1 / deviation. None when learned already.
  ///
  /// Errors:
  /// - kInvalidArgument: not more than 128 descriptors.
  [[nodiscard]] Result<std::optional<LinearProjection>> Learn(
      std::span<const Descriptor* const> training) const override;
  [[nodiscard]] float Similarity(std::span<const float> a,
                                 std::span<const float> b) const override;

 private:
  ModelContract contract_;
  std::optional<LinearProjection> learned_;
};

}  // namespace mien
