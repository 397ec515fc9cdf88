// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_report.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "data/sample_dataset.h"

namespace mien {
namespace {

DatasetReport Examine(const std::vector<SamplePerson>& people,
                      const ReportOptions& options = {}) {
  const TempDir dir;
  WritePeople(dir.path(), people);
  const ChipDataset dataset = ChipDataset::Open(dir.path()).value();
  const auto report =
      ExamineDataset(dataset, OpenTeacher(dataset).value(), options);
  MIEN_CHECK(report);
  return *report;
}

TEST(ExamineDataset, FindsAChipUnderAnotherPersonsLabel) {
  const DatasetReport report = Examine({{"Ada", 0},
                                        {"Ada", 2},
                                        {"Bob", 90},
                                        {"Ada", 92},
                                        {"Bob", 88},
                                        {"Ada", 4}});
  ASSERT_EQ(report.mislabelled.size(), 1U);
  EXPECT_EQ(report.mislabelled[0].chip, 3U);
  EXPECT_EQ(report.mislabelled[0].other_label, 1);
  // To the mean of 0, 2 and 4 degrees: cos 90; to that of 90 and 88: cos 3.
  EXPECT_NEAR(report.mislabelled[0].own_similarity, 0, 1e-3);
  EXPECT_NEAR(report.mislabelled[0].other_similarity, 0.9986, 1e-3);
}

TEST(ExamineDataset, DoesNotLetAChipVouchForItself) {
  // With itself counted in, the second would be nearer to its own person: the
  // sum of 0 and 70 degrees lies at 35, Bob at 131.
  const DatasetReport report =
      Examine({{"Ada", 0}, {"Ada", 70}, {"Bob", 130}, {"Bob", 132}});
  ASSERT_EQ(report.mislabelled.size(), 1U);
  EXPECT_EQ(report.mislabelled[0].chip, 1U);
  EXPECT_NEAR(report.mislabelled[0].own_similarity, 0.342, 1e-3);     // cos 70
  EXPECT_NEAR(report.mislabelled[0].other_similarity, 0.4848, 1e-3);  // cos 61
}

TEST(ExamineDataset, AnOutlierIsFarBelowTheMedian) {
  std::vector<SamplePerson> people = {{"Bob", 230}, {"Bob", 232}};
  for (int i = 0; i < 20; ++i) {
    people.push_back({"Ada", i * 3.0});
  }
  people.push_back({"Ada", 150});
  const DatasetReport report = Examine(people);
  ASSERT_EQ(report.outliers.size(), 1U);
  EXPECT_EQ(report.outliers[0].chip, 22U);
  EXPECT_GT(report.median_similarity, 0.9F);
}

TEST(ExamineDataset, FindsOnePersonUnderTwoLabels) {
  const DatasetReport report = Examine(
      {{"Ada", 0}, {"Ada", 10}, {"Bob", 90}, {"A. L.", 6}, {"A. L.", 14}});
  ASSERT_EQ(report.similar_people.size(), 1U);
  EXPECT_EQ(report.similar_people[0].first, 0);
  EXPECT_EQ(report.similar_people[0].second, 2);
  EXPECT_NEAR(report.similar_people[0].similarity, 0.9962, 1e-3);  // cos 5
}

TEST(ExamineDataset, MeasuresHowAlikeAPersonsChipsAre) {
  const DatasetReport report =
      Examine({{"Ada", 0}, {"Ada", 60}, {"Bob", 90}, {"Cleo", 10}});
  ASSERT_EQ(report.people.size(), 3U);
  EXPECT_EQ(report.people[0].num_chips, 2);
  EXPECT_NEAR(report.people[0].cohesion, 0.5, 1e-4);  // cos 60
  EXPECT_EQ(report.people[1].num_chips, 1);
  EXPECT_EQ(report.people[1].cohesion, 0);
}

TEST(ExamineDataset, FindsDuplicatesWithoutLabels) {
  const DatasetReport report =
      Examine({{"", 0}, {"", 40}, {"", 1}, {"", 100}, {"", 41}});
  ASSERT_EQ(report.duplicates.size(), 2U);
  EXPECT_EQ(report.duplicates[0].first, 0U);
  EXPECT_EQ(report.duplicates[0].second, 2U);
  EXPECT_EQ(report.duplicates[1].first, 1U);
  EXPECT_TRUE(report.people.empty());
}

TEST(ExamineDataset, RefusesASimilarityOutOfRange) {
  const TempDir dir;
  WritePeople(dir.path(), {{"Ada", 0}});
  const ChipDataset dataset = ChipDataset::Open(dir.path()).value();
  const auto report = ExamineDataset(
      dataset, OpenTeacher(dataset).value(), {.duplicate_similarity = 1.5F});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument);
}

TEST(CountsByPowerOfTwo, CountsPeople) {
  std::vector<PersonReport> people(5);
  const std::int64_t chips[] = {1, 2, 3, 4, 9};
  for (std::size_t i = 0; i < 5; ++i) {
    people[i].num_chips = chips[i];
  }
  EXPECT_EQ(CountsByPowerOfTwo(people),
            (std::vector<std::int64_t>{1, 2, 1, 1}));
}

}  // namespace
}  // namespace mien
