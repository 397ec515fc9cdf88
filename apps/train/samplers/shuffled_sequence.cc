// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/shuffled_sequence.h"

#include <utility>

#include "train/samplers/random_stream.h"

namespace mien::train {

ShuffledSequence::ShuffledSequence(std::vector<std::int64_t> values,
                                   std::uint64_t seed)
    : values_(std::move(values)), seed_(seed) {}

std::int64_t ShuffledSequence::At(std::int64_t position) {
  const std::int64_t epoch = position / size();
  if (epoch != shuffled_epoch_) {
    shuffled_ = values_;
    RandomStream(seed_, epoch).Shuffle(shuffled_);
    shuffled_epoch_ = epoch;
  }
  return shuffled_[static_cast<std::size_t>(position % size())];
}

std::vector<std::int64_t> ShuffledSequence::Slice(std::int64_t position,
                                                  std::int64_t count) {
  std::vector<std::int64_t> slice;
  slice.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) slice.push_back(At(position + i));
  return slice;
}

}  // namespace mien::train
