// SPDX-License-Identifier: Apache-2.0
#include "train/loop/metrics_log.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

std::string Csv(const TempDir& dir) {
  return ReadTextFile(dir.path() / "metrics.csv").value();
}

TEST(MetricsLog, WritesARowPerStepWithGapsWhereAFigureIsMissing) {
  const TempDir dir;
  MetricsLog log(dir.path(), 0);
  log.Add(10, {{"loss", 0.5}});
  log.Add(20, {{"accuracy", 0.75}, {"loss", 0.25}});
  log.Save();
  EXPECT_EQ(Csv(dir), "step,accuracy,loss\n10,,0.5\n20,0.75,0.25\n");
}

TEST(MetricsLog, DrawsACurveOfEachFigure) {
  const TempDir dir;
  MetricsLog log(dir.path(), 0);
  log.Add(10, {{"loss", 0.5}});
  log.Add(20, {{"loss", 0.25}});
  log.Save();
  EXPECT_NE(ReadTextFile(dir.path() / "loss.svg").value().find("<svg"),
            std::string::npos);
}

TEST(MetricsLog, GoesOnFromTheStepOfTheCheckpoint) {
  const TempDir dir;
  {
    MetricsLog log(dir.path(), 0);
    log.Add(10, {{"loss", 0.5}});
    log.Add(20, {{"loss", 0.25}});
    log.Save();
  }
  MetricsLog log(dir.path(), 15);
  log.Add(20, {{"loss", 0.125}});
  log.Save();
  EXPECT_EQ(Csv(dir), "step,loss\n10,0.5\n20,0.125\n");
}

TEST(MetricsLog, NamesTheLineThatIsDamaged) {
  const TempDir dir;
  ASSERT_TRUE(
      WriteFileAtomically(dir.path() / "metrics.csv", "step,loss\n10,much\n"));
  try {
    const MetricsLog log(dir.path(), 100);
    FAIL() << "read a word as a number";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos);
  }
}

}  // namespace
}  // namespace mien::train
