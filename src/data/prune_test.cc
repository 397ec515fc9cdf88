// SPDX-License-Identifier: Apache-2.0
#include "data/prune.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "data/exclude.h"
#include "data/sample_dataset.h"

namespace mien {
namespace {

/// Five chips: two of Ada, two of Bob, one of nobody.
class ReasonsToPruneTest : public testing::Test {
 protected:
  ReasonsToPruneTest() {
    WritePeople(dir_.path(),
                {{"Ada", 0}, {"Ada", 9}, {"Bob", 90}, {"Bob", 99}, {"", 200}});
    report_.mislabelled = {{1, 0.2F, 1, 0.6F}};
    report_.outliers = {{3, -0.1F, 0, 0.1F}};
    report_.duplicates = {{0, 4, 0.97F}};
  }

  [[nodiscard]] std::vector<std::string> Reasons(
      const PruneChoice& choice) const {
    return ReasonsToPrune(
        ChipDataset::Open(dir_.path()).value(), report_, choice);
  }

  TempDir dir_;
  DatasetReport report_;
};

TEST_F(ReasonsToPruneTest, AreNoneWithoutAChoice) {
  EXPECT_EQ(Reasons({}), std::vector<std::string>(5));
}

TEST_F(ReasonsToPruneTest, SayWhoAMislabelledChipLooksLike) {
  EXPECT_EQ(Reasons({.mislabelled = true})[1],
            "looks like label 1: 0.600, as its own 0.200");
}

TEST_F(ReasonsToPruneTest, NameOutliers) {
  EXPECT_EQ(Reasons({.outliers = true})[3], "like nobody: -0.100");
}

TEST_F(ReasonsToPruneTest, TakeBothDuplicatesUnderTwoLabels) {
  const auto reasons = Reasons({.duplicates = true});
  EXPECT_EQ(reasons[0], "near duplicate: 0.970 4.jpg");
  EXPECT_EQ(reasons[4], "near duplicate: 0.970 0.jpg");
}

TEST_F(ReasonsToPruneTest, TakeTheSecondOfTwoUnderOneLabel) {
  report_.duplicates = {{2, 3, 0.97F}};
  const auto reasons = Reasons({.duplicates = true});
  EXPECT_EQ(reasons[2], "");
  EXPECT_EQ(reasons[3], "near duplicate: 0.970 2.jpg");
}

TEST_F(ReasonsToPruneTest, AreWhatRemoveChipsTakes) {
  const auto counts = RemoveChips(
      dir_.path(), Reasons({.mislabelled = true, .outliers = true}));
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->num_chips, 2);
  EXPECT_EQ(counts->num_identities, 0);
}

}  // namespace
}  // namespace mien
