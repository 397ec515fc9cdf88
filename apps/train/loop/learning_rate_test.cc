// SPDX-License-Identifier: Apache-2.0
#include "train/loop/learning_rate.h"

#include <gtest/gtest.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(LearningRate, RisesLinearlyDuringTheWarmUp) {
  const RateSchedule schedule = {
      .peak = 1.0, .warmup_steps = 4, .total_steps = 100};
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 0), 0.25);
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 2), 0.75);
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 4), 1.0);
}

TEST(LearningRate, FallsAlongHalfACosine) {
  const RateSchedule schedule = {.peak = 2.0, .total_steps = 100};
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 0), 2.0);
  EXPECT_NEAR(LearningRate(schedule, 25), 1.0 + 0.70710678, 1e-8);
  EXPECT_NEAR(LearningRate(schedule, 50), 1.0, 1e-12);
  EXPECT_NEAR(LearningRate(schedule, 100), 0.0, 1e-12);
}

TEST(LearningRate, EndsAtTheFinalShareAndStaysThere) {
  const RateSchedule schedule = {
      .peak = 1.0, .total_steps = 10, .final_share = 0.1};
  EXPECT_NEAR(LearningRate(schedule, 10), 0.1, 1e-12);
  EXPECT_NEAR(LearningRate(schedule, 500), 0.1, 1e-12);
}

TEST(LearningRate, IsDividedByTenAtEachMilestone) {
  const RateSchedule schedule = {.course = RateCourse::kSteps,
                                 .peak = 1.0,
                                 .total_steps = 100,
                                 .milestones = {0.5, 0.8}};
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 49), 1.0);
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 50), 0.1);
  EXPECT_NEAR(LearningRate(schedule, 80), 0.01, 1e-15);
}

TEST(LearningRate, StaysWhenConstant) {
  const RateSchedule schedule = {
      .course = RateCourse::kConstant, .peak = 0.3, .total_steps = 10};
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 9), 0.3);
}

TEST(LearningRate, HasNamesForItsCourses) {
  EXPECT_EQ(ParseRateCourse("cosine"), RateCourse::kCosine);
  EXPECT_EQ(ParseRateCourse("steps"), RateCourse::kSteps);
  EXPECT_EQ(ParseRateCourse("constant"), RateCourse::kConstant);
  EXPECT_THROW(ParseRateCourse("linear"), TrainError);
}

}  // namespace
}  // namespace mien::train
