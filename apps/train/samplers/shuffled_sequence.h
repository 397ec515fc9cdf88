// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace mien::train {

/// Endless sequence of the given values: epoch after epoch, each in an order of
/// its own. Position q is element q % size of epoch q / size, found without the
/// positions before it.
///
/// Thread safety: none.
class ShuffledSequence {
 public:
  /// `values` must not be empty.
  ShuffledSequence(std::vector<std::int64_t> values, std::uint64_t seed);

  /// Fast within an epoch; the first one of another epoch shuffles all.
  std::int64_t At(std::int64_t position);

  /// `count` values from `position` on.
  std::vector<std::int64_t> Slice(std::int64_t position, std::int64_t count);

  /// Length of an epoch.
  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(values_.size());
  }

 private:
  std::vector<std::int64_t> values_;
  std::uint64_t seed_;
  std::vector<std::int64_t> shuffled_;
  std::int64_t shuffled_epoch_ = -1;
};

}  // namespace mien::train
