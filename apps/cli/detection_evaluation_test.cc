// SPDX-License-Identifier: Apache-2.0
#include "detection_evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "eval/fake_faces.h"
#include "json.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

TEST(FindInAll, SaysWhichPicturesCouldNotBeRead) {
  const TempDir dir;
  ASSERT_TRUE(SaveGrey(dir / "face.png", 100));
  ASSERT_TRUE(SaveGrey(dir / "black.png", 0));
  const std::vector<std::filesystem::path> pictures = {
      dir / "face.png", dir / "none.png", dir / "black.png"};
  int done = 0;
  const FoundFaces found = FindInAll(
      WholePictureDetector(), pictures, 2, [&](int now) { done = now; });
  EXPECT_EQ(done, 3);
  ASSERT_TRUE(found[0]);
  EXPECT_EQ((*found[0])[0].box, (Box{0, 0, 16, 16}));
  EXPECT_EQ(found[1].error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(found[2]->empty());
}

/// Two pictures, of which the second could not be read.
FaceAnnotations TwoPictures() {
  return {{{"a.jpg", {{0, 0, 50, 50}, {100, 0, 150, 50}}},
           {"b.jpg", {{0, 0, 50, 50}}}},
          {{"easy", {{1, 0}, {0}}}, {"hard", {{1, 1}, {1}}}}};
}

FoundFaces Found() {
  return {
      std::vector<ScoredBox>{{{0, 0, 50, 50}, 0.9F}, {{100, 0, 150, 50}, 0.8F}},
      Error{ErrorCode::kNotFound, "b.jpg: not there"}};
}

TEST(JudgeDetections, JudgesEachSettingByWhatCountsThere) {
  const auto outcomes = JudgeDetections(TwoPictures(), Found());
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].num_faces, 1U);
  EXPECT_DOUBLE_EQ(outcomes[0].average_precision, 1.0);
  EXPECT_EQ(outcomes[1].num_faces, 3U);
  EXPECT_NEAR(outcomes[1].average_precision, 2.0 / 3.0, 1e-12);
}

TEST(CountFalsePositives, CountsDetectionsOfEachScore) {
  const auto counts = CountFalsePositives(Found());
  ASSERT_EQ(counts.size(), 7U);
  EXPECT_EQ(counts[0].count, 2U);  // 0.5
  EXPECT_EQ(counts[4].count, 1U);  // 0.9
  EXPECT_EQ(counts[5].count, 0U);  // 0.95
}

TEST(WriteDetectionReport, WritesEveryFile) {
  const TempDir dir;
  DetectionOutcome outcome;
  outcome.detector = "yunet";
  outcome.truth = "truth.json";
  outcome.num_pictures = 2;
  outcome.settings = JudgeDetections(TwoPictures(), Found());
  outcome.failed = {"b.jpg: not there"};
  outcome.false_positives = CountFalsePositives(Found());
  outcome.num_empty_pictures = 5;
  ASSERT_TRUE(WriteDetectionReport(outcome, dir / "report"));
  const Json json = Json::parse(*ReadTextFile(dir / "report/report.json"));
  EXPECT_EQ(json["ap_easy"], 1.0F);
  EXPECT_EQ(json["faces"]["hard"], 3);
  EXPECT_EQ(json["failed_pictures"][0], "b.jpg: not there");
  EXPECT_EQ(json["false_positives"][0]["false_positives"], 2);
  EXPECT_THAT(*ReadTextFile(dir / "report/precision_recall.csv"),
              HasSubstr("easy,0.999,1,1\n"));
  EXPECT_THAT(*ReadTextFile(dir / "report/precision_recall.svg"),
              HasSubstr("yunet, hard, n = 3 faces, AP 0.6667"));
  EXPECT_THAT(*ReadTextFile(dir / "report/fddb.svg"), HasSubstr("<svg"));
  EXPECT_THAT(*ReadTextFile(dir / "report/report.html"),
              HasSubstr("5 pictures; every detection there is false."));
}

}  // namespace
}  // namespace mien::cli
