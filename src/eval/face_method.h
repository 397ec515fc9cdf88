// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "eval/linear_projection.h"
#include "mien/embedder.h"
#include "mien/image.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// What a method keeps of a chip.
using Descriptor = std::vector<float>;

/// A way of comparing faces, as evaluation sees it: an embedding network, or a
/// method from before there were any.
///
/// Thread safety: const methods may run concurrently.
class FaceMethod {
 public:
  FaceMethod() = default;
  FaceMethod(const FaceMethod&) = delete;
  FaceMethod& operator=(const FaceMethod&) = delete;
  virtual ~FaceMethod() = default;

  /// For tables and legends.
  [[nodiscard]] virtual std::string name() const = 0;

  /// What exactly was measured: the model's id, or the method's parameters.
  [[nodiscard]] virtual std::string id() const = 0;

  /// How chips are cut; see CutChip().
  [[nodiscard]] virtual const ModelContract& contract() const = 0;

  /// Describes each chip; answer i belongs to chip i.
  ///
  /// Errors:
  /// - kInvalidImage: a chip of another size than contract() states.
  [[nodiscard]] virtual Result<std::vector<Descriptor>> Describe(
      std::span<const Image> chips) const = 0;

  /// What is learned from descriptors of a training set, to be applied to
  /// descriptors before they are compared. None for a method that learns
  /// nothing here.
  ///
  /// Errors:
  /// - kInvalidArgument: too few descriptors.
  [[nodiscard]] virtual Result<std::optional<LinearProjection>> Learn(
      std::span<const Descriptor* const> training) const;

  /// In [-1, 1], higher is more alike; of two descriptors, projected where
  /// Learn() gives a projection.
  [[nodiscard]] virtual float Similarity(std::span<const float> a,
                                         std::span<const float> b) const = 0;
};

/// Whether the mirrored chip is embedded too and stands behind the other, both
/// of unit length (facenet's --use_flipped_images).
enum class MirrorAppending : std::uint8_t { kNo, kYes };

/// An embedding network with cosine similarity. Averaging with the mirrored
/// chip is the embedder's own option.
class NetworkMethod final : public FaceMethod {
 public:
  /// `embedder` must outlive this. `name` stands in tables; empty takes that of
  /// the contract.
  explicit NetworkMethod(const Embedder& embedder,
                         std::string name = "",
                         MirrorAppending mirrored = MirrorAppending::kNo)
      : embedder_(embedder), name_(std::move(name)), mirrored_(mirrored) {}

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string id() const override;
  [[nodiscard]] const ModelContract& contract() const override;
  [[nodiscard]] Result<std::vector<Descriptor>> Describe(
      std::span<const Image> chips) const override;
  [[nodiscard]] float Similarity(std::span<const float> a,
                                 std::span<const float> b) const override;

 private:
  const Embedder& embedder_;
  std::string name_;
  MirrorAppending mirrored_;
};

}  // namespace mien
