// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "train/detectors/mtcnn_loss.h"
#include "train/detectors/mtcnn_samples.h"
#include "train/detectors/random.h"

namespace mien::train {

/// All samples of one stage in memory, by kind.
///
/// Thread safety: const methods may run concurrently.
class SampleStore {
 public:
  /// Keeps at most this many of each kind; later ones replace earlier ones at
  /// random, so that each has the same chance (Vitter 1985, "Random Sampling
  /// with a Reservoir").
  SampleStore(int side_px,
              std::array<std::size_t, 3> most_of_kind,
              std::uint64_t seed);

  void Add(const MtcnnSample& sample);

  [[nodiscard]] std::size_t count(SampleKind kind) const {
    return of_kind_[static_cast<std::size_t>(kind)].size();
  }

  /// One batch.
  struct Batch {
    Tensor input;  ///< [B, 3, S, S], (level - 127.5) / 128
    MtcnnTargets targets;
  };

  /// `size` samples, three negatives for each part and each positive, as far as
  /// there are all kinds; each mirrored half of the time and recoloured.
  [[nodiscard]] Batch Draw(int size, Random random) const;

 private:
  const MtcnnSample& DrawOne(Random& random) const;

  int side_px_;
  std::array<std::size_t, 3> most_of_kind_;
  std::array<std::size_t, 3> seen_ = {};
  std::array<std::vector<MtcnnSample>, 3> of_kind_;
  Random random_;
};

}  // namespace mien::train
