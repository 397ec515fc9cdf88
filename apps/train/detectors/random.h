// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "train/samplers/random_stream.h"

namespace mien::train {

/// Random numbers of a sample: each has a stream of its own by the run's seed
/// and the sample's number, so that it does not depend on the order of making.
class Random : public RandomStream {
 public:
  Random(std::uint64_t seed, std::uint64_t number)
      : RandomStream(seed, static_cast<std::int64_t>(number)) {}

  /// Uniform in [low, high).
  float Uniform(float low, float high) {
    const double unit = std::ldexp(static_cast<double>(Next() >> 11U), -53);
    return static_cast<float>(low + (high - low) * unit);
  }

  /// e to a uniform power: as many octaves, as likely.
  float LogUniform(float low, float high) {
    return std::exp(Uniform(std::log(low), std::log(high)));
  }

  /// Uniform in [0, count), count >= 1.
  std::size_t Index(std::size_t count) {
    return static_cast<std::size_t>(Below(static_cast<std::int64_t>(count)));
  }

  bool Chance(float probability) { return Uniform(0, 1) < probability; }
};

}  // namespace mien::train
