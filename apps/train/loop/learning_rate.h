// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mien::train {

enum class RateCourse : std::uint8_t {
  kCosine,  ///< half a cosine from the peak to the end (Loshchilov and Hutter
            ///< 2017, SGDR, eq. 5, without restarts)
  kSteps,   ///< divided by ten at each milestone
  kConstant
};

/// How the learning rate goes over a run.
struct RateSchedule {
  RateCourse course = RateCourse::kCosine;

  /// The highest rate, reached after the warm-up.
  double peak = 1e-3;

  /// Steps over which the rate rises linearly from 0 to the peak.
  std::int64_t warmup_steps = 0;

  /// Length of the run.
  std::int64_t total_steps = 1;

  /// Of kCosine: rate at the end as a share of the peak, in [0, 1].
  double final_share = 0.0;

  /// Of kSteps: shares of the run, rising, in (0, 1).
  std::vector<double> milestones = {0.5, 0.75, 0.9};
};

/// The rate of step `step`, from 0. After total_steps the last rate goes on.
double LearningRate(const RateSchedule& schedule, std::int64_t step);

/// "cosine", "steps" or "constant". Throws TrainError for another word.
RateCourse ParseRateCourse(std::string_view word);

}  // namespace mien::train
