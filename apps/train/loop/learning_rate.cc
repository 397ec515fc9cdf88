// SPDX-License-Identifier: Apache-2.0
#include "train/loop/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/train_error.h"

namespace mien::train {
namespace {

constexpr double kStepFactor = 0.1;

/// The share of the peak once the warm-up is over; `progress` in [0, 1].
double ShareOfPeak(const RateSchedule& schedule,
                   double run_share,
                   double progress) {
  switch (schedule.course) {
    case RateCourse::kCosine:
      return schedule.final_share +
             (1.0 - schedule.final_share) * 0.5 *
                 (1.0 + std::cos(std::numbers::pi * progress));
    case RateCourse::kSteps: {
      const auto passed = std::ranges::count_if(
          schedule.milestones,
          [&](double milestone) { return run_share >= milestone; });
      return std::pow(kStepFactor, static_cast<double>(passed));
    }
    case RateCourse::kConstant:
      break;
  }
  return 1.0;
}

}  // namespace

double LearningRate(const RateSchedule& schedule, std::int64_t step) {
  if (step < schedule.warmup_steps) {
    return schedule.peak * static_cast<double>(step + 1) /
           static_cast<double>(schedule.warmup_steps);
  }
  const auto total =
      static_cast<double>(std::max<std::int64_t>(schedule.total_steps, 1));
  const auto warmup = static_cast<double>(schedule.warmup_steps);
  const double at = std::min(static_cast<double>(step), total);
  const double progress =
      total > warmup ? (at - warmup) / (total - warmup) : 1.0;
  return schedule.peak * ShareOfPeak(schedule, at / total, progress);
}

RateCourse ParseRateCourse(std::string_view word) {
  if (word == "cosine") {
    return RateCourse::kCosine;
  }
  if (word == "steps") {
    return RateCourse::kSteps;
  }
  if (word == "constant") {
    return RateCourse::kConstant;
  }
  throw TrainError("the course of the rate is \"" + std::string(word) +
                   "\"; must be cosine, steps or constant");
}

}  // namespace mien::train
