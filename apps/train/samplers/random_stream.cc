// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/random_stream.h"

#include <limits>
#include <utility>

namespace mien::train {

RandomStream::RandomStream(std::uint64_t seed, std::int64_t a, std::int64_t b)
    : state_(seed) {
  state_ = Next() ^ static_cast<std::uint64_t>(a);
  state_ = Next() ^ static_cast<std::uint64_t>(b);
  state_ = Next();
}

std::uint64_t RandomStream::Next() {
  state_ += 0x9E3779B97F4A7C15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::int64_t RandomStream::Below(std::int64_t bound) {
  const auto range = static_cast<std::uint64_t>(bound);
  // Numbers past the last whole multiple of `range` would favour small results.
  constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = kLargest - kLargest % range;
  std::uint64_t drawn = Next();
  while (drawn >= limit) drawn = Next();
  return static_cast<std::int64_t>(drawn % range);
}

void RandomStream::Shuffle(std::vector<std::int64_t>& values) {
  for (std::size_t left = values.size(); left > 1; --left) {
    const auto chosen = Below(static_cast<std::int64_t>(left));
    std::swap(values[left - 1], values[static_cast<std::size_t>(chosen)]);
  }
}

}  // namespace mien::train
