// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/run_folder.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::train {
namespace {

TEST(Deadline, IsFarWithoutSeconds) {
  const Deadline deadline(0);
  EXPECT_FALSE(deadline.SecondsLeft());
  EXPECT_FALSE(deadline.Passed());
}

TEST(Deadline, ComesNearer) {
  const Deadline deadline(1000);
  const double first = deadline.SecondsLeft().value();
  EXPECT_LE(first, 1000);
  EXPECT_GT(first, 900);
  EXPECT_LE(deadline.SecondsLeft().value(), first);
  EXPECT_FALSE(deadline.Passed());
}

TEST(Deadline, PassesAndStaysPassed) {
  const Deadline deadline(1e-9);
  while (!deadline.Passed()) {
  }
  EXPECT_EQ(deadline.SecondsLeft(), 0.0);
}

TEST(MetricsFile, DropsTheLinesOfStepsThatAreMadeAgain) {
  const TempDir folder;
  {
    MetricsFile metrics(folder / "m.csv", 0);
    metrics.Add({{"step", 10}, {"loss", 0.5}});
    metrics.Add({{"step", 20}, {"loss", 0.25}});
  }
  MetricsFile metrics(folder / "m.csv", 10);
  metrics.Add({{"step", 15}, {"loss", 0.375}});
  const auto text = ReadTextFile(folder / "m.csv");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "step,loss\n10,0.5\n15,0.375\n");
}

}  // namespace
}  // namespace mien::train
