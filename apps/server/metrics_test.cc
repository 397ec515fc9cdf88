// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::server {
namespace {

using testing::HasSubstr;

TEST(Metrics, WritesCounters) {
  Metrics metrics;
  metrics.Count("requests_total", "Requests.", "route=\"/a\"");
  metrics.Count("requests_total", "Requests.", "route=\"/a\"", 2);
  EXPECT_EQ(metrics.Text(),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{route=\"/a\"} 3\n");
}

TEST(Metrics, BucketsOfAHistogramAddUp) {
  Metrics metrics;
  for (const int count : {1, 2, 2, 100}) {
    metrics.ObserveCount("batch", "Faces.", count);
  }
  EXPECT_EQ(metrics.Text(),
            "# HELP batch Faces.\n"
            "# TYPE batch histogram\n"
            "batch_bucket{le=\"1\"} 1\n"
            "batch_bucket{le=\"2\"} 3\n"
            "batch_bucket{le=\"4\"} 3\n"
            "batch_bucket{le=\"8\"} 3\n"
            "batch_bucket{le=\"16\"} 3\n"
            "batch_bucket{le=\"32\"} 3\n"
            "batch_bucket{le=\"64\"} 3\n"
            "batch_bucket{le=\"+Inf\"} 4\n"
            "batch_sum 105\n"
            "batch_count 4\n");
}

TEST(Metrics, LabelsStandBeforeABucketsBound) {
  Metrics metrics;
  metrics.ObserveSeconds("stage_seconds", "Time.", "stage=\"embed\"", 0.02);
  EXPECT_THAT(metrics.Text(),
              HasSubstr("stage_seconds_bucket{stage=\"embed\",le=\"0.01\"} 0\n"
                        "stage_seconds_bucket{stage=\"embed\",le=\"0.025\"} "
                        "1\n"));
}

TEST(Metrics, AsksGaugesWhenItWrites) {
  Metrics metrics;
  double value = 1;
  metrics.AddGauge("queue", "Waiting.", [&] { return value; });
  value = 42;
  EXPECT_THAT(metrics.Text(), HasSubstr("queue 42\n"));
}

TEST(ResidentBytes, IsPlausible) {
  EXPECT_GT(ResidentBytes(), 1e6);
  EXPECT_LT(ResidentBytes(), 1e11);
}

}  // namespace
}  // namespace mien::server
