// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that are the same with every compiler and standard library, so
// that ranks on unlike machines draw the same batches (the distributions of
// <random> are left to the library).
#pragma once

#include <cstdint>
#include <vector>

namespace mien::train {

/// SplitMix64 (Steele et al. 2014, "Fast splittable pseudorandom number
/// generators", OOPSLA).
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}

  /// A stream of its own for every (`seed`, `a`, `b`): numbers for batch b of
  /// epoch a, say, without drawing those before.
  RandomStream(std::uint64_t seed, std::int64_t a, std::int64_t b = 0);

  /// Uniform over all 64-bit numbers.
  std::uint64_t Next();

  /// Uniform over [0, bound); bound > 0.
  std::int64_t Below(std::int64_t bound);

  /// Uniform over all orders of `values` (Fisher and Yates).
  void Shuffle(std::vector<std::int64_t>& values);

 private:
  std::uint64_t state_;
};

}  // namespace mien::train
