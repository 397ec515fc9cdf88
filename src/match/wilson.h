// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mien {

/// A 95 % confidence interval of a rate, within [0, 1].
struct RateInterval {
  double low = 0.0;
  double high = 1.0;
};

/// Wilson's score interval (1927) of a rate measured in `count` independent
/// trials. Unlike rate +- 2 deviations it holds for rates near 0 and 1, of none
/// observed too. All of [0, 1] for no trials.
RateInterval WilsonInterval(double rate, double count);

}  // namespace mien
