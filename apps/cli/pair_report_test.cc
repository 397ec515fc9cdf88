// SPDX-License-Identifier: Apache-2.0
#include "pair_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

/// Two folds of a mated and a non-mated pair, one of which failed.
PairOutcome Outcome() {
  MethodOutcome method;
  method.method = "lbp";
  method.name = "lbp <b>";
  method.id = "LBP u2(8,2)";
  method.accuracy = 0.75;
  method.scores.comparisons = {{0.9F, Truth::kMated},
                               {0.2F, Truth::kNonMated},
                               {0.8F, Truth::kMated},
                               {0.3F, Truth::kNonMated}};
  method.scores.folds = {{.accuracy = 1.0, .validation_rate = 1.0},
                         {.accuracy = 0.5, .validation_rate = 0.5}};
  method.scores.failed = {
      {{"a.jpg", "b.jpg", Truth::kMated, 0}, "b.jpg: no face found"}};
  method.figures = FiguresOf(method.scores.comparisons);
  method.auc = method.figures.auc;
  return {.set = "Our set",
          .protocol = "plain",
          .detector = "mtcnn",
          .precision = "bf16",
          .num_folds = 2,
          .methods = {method}};
}

TEST(MethodJson, KeepsTheNamesThatProgramsReadFirst) {
  const PairOutcome outcome = Outcome();
  const Json json = MethodJson(outcome, outcome.methods[0]);
  EXPECT_EQ(json["protocol"], "Our set, plain");
  EXPECT_EQ(json["pairs"], 4);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["accuracy"], 0.75F);
  EXPECT_EQ(json["auc"], 1.0F);
  EXPECT_EQ(json["val_at_far_1e-3"], 0.75F);
  EXPECT_TRUE(json["threshold_at_far_1e-3"].is_null());  // two cannot tell
  EXPECT_EQ(json["fnmr_at_fmr"].size(), 0U);
}

TEST(ValidationOf, IsTheMeanOverTheFolds) {
  EXPECT_FALSE(ValidationOf({}));
  const auto val = ValidationOf(Outcome().methods[0].scores);
  ASSERT_TRUE(val);
  EXPECT_EQ(val->rate.mean, 0.75);
  EXPECT_EQ(val->rate.deviation, 0.25);
}

TEST(WritePairReport, WritesEveryFileAndListsWhatFailed) {
  const TempDir dir;
  const auto folder = dir / "new";
  ASSERT_TRUE(WritePairReport(Outcome(), folder / "report"));
  for (const char* name : {"roc.svg", "det.svg", "histogram.svg"}) {
    EXPECT_THAT(*ReadTextFile(folder / "report" / name), HasSubstr("<svg"));
  }
  EXPECT_THAT(*ReadTextFile(folder / "report/roc.csv"), HasSubstr("lbp <b>,"));
  const std::string page = *ReadTextFile(folder / "report/report.html");
  EXPECT_THAT(page, HasSubstr("<td>a.jpg and b.jpg</td>"));
  EXPECT_THAT(page, HasSubstr("b.jpg: no face found"));
  EXPECT_THAT(page, HasSubstr("lbp &lt;b&gt;"));
  const Json json = Json::parse(*ReadTextFile(folder / "report/report.json"));
  EXPECT_EQ(json["methods"][0]["failed_pairs"][0]["b"], "b.jpg");
  EXPECT_EQ(json["methods"][0]["per_fold"][1]["accuracy"], 0.5F);
}

TEST(WritePairReport, NamesAFolderThatCannotBeMade) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "file", "x"));
  const auto written = WritePairReport(Outcome(), dir / "file" / "report");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_THAT(written.error().message, HasSubstr("report: cannot create"));
}

}  // namespace
}  // namespace mien::cli
