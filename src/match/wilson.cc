// SPDX-License-Identifier: Apache-2.0
#include "match/wilson.h"

#include <algorithm>
#include <cmath>

namespace mien {

RateInterval WilsonInterval(double rate, double count) {
  if (!(count > 0.0)) {
    return {};
  }
  constexpr double kZ = 1.959964;  // 97.5 % of a normal distribution lie below
  const double shrink = 1.0 + kZ * kZ / count;
  const double centre = (rate + kZ * kZ / (2.0 * count)) / shrink;
  const double half =
      kZ / shrink *
      std::sqrt(rate * (1.0 - rate) / count + kZ * kZ / (4.0 * count * count));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace mien
