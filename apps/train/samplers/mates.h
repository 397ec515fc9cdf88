// SPDX-License-Identifier: Apache-2.0
//
// What the samplers of pairs and triplets draw: anchors, and for an anchor a
// chip of the same or of another identity.
#pragma once

#include <span>
#include <string_view>

#include "train/samplers/identity_chips.h"
#include "train/samplers/random_stream.h"
#include "train/samplers/shuffled_sequence.h"

namespace mien::train {

class Mates {
 public:
  /// Throws TrainError "`name`: ..." when no identity has two chips, or there
  /// is one identity only.
  Mates(std::string_view name,
        std::span<const std::int64_t> labels,
        std::uint64_t seed);

  /// The anchor at `position` of an endless sequence: every chip that has a
  /// mate once per epoch.
  std::int64_t Anchor(std::int64_t position) { return anchors_.At(position); }

  /// Length of an epoch of anchors.
  [[nodiscard]] std::int64_t num_anchors() const { return anchors_.size(); }

  /// Another chip of `anchor`'s identity.
  std::int64_t Mate(std::int64_t anchor, RandomStream& random) const;

  /// A chip of another identity.
  std::int64_t NonMate(std::int64_t anchor, RandomStream& random) const;

 private:
  IdentityChips identities_;
  ShuffledSequence anchors_;
};

}  // namespace mien::train
