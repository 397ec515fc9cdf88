// SPDX-License-Identifier: Apache-2.0
#include "identify_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

class IdentifyReportTest : public ::testing::Test {
 protected:
  IdentifyReportTest() {
    searches_.num_enrolled = 3;
    searches_.right_first = {0.9F, -std::numeric_limits<float>::infinity()};
    searches_.ranks = {1, 2};
    searches_.strangers = {0.4F, 0.1F};
    promised_.resize(1);
    promised_[0].stated_fpir = 0.1;
    promised_[0].measured_fpir = 0.2;
  }

  IdentifyOutcome Outcome() {
    return {searches_, promised_, 1, "mobilefacenet", "sha256:1", "mtcnn"};
  }

  OpenSetSearches searches_;
  std::vector<PromisedRate> promised_;
};

TEST_F(IdentifyReportTest, KeepsTheNamesOfTheJson) {
  const Json json = IdentifyJson(Outcome());
  EXPECT_EQ(json["enrolled"], 3);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["rank_1"], 0.5F);
  EXPECT_EQ(json["rates"][0]["fnir"], 0.5F);
  EXPECT_EQ(json["rates"][0]["calibrated_fpir"], 0.2F);
  EXPECT_EQ(json["cmc"], Json({0.5F, 1.0F, 1.0F}));
}

TEST_F(IdentifyReportTest, WritesEveryFile) {
  const TempDir dir;
  ASSERT_TRUE(WriteIdentifyReport(Outcome(), dir / "report"));
  EXPECT_THAT(*ReadTextFile(dir / "report/roc.csv"),
              HasSubstr("method,threshold,fpir,fnir\nmobilefacenet,inf,0,1\n"));
  EXPECT_THAT(*ReadTextFile(dir / "report/cmc.svg"),
              HasSubstr("n = 2 searches among 3"));
  EXPECT_THAT(*ReadTextFile(dir / "report/det.svg"), HasSubstr("FPIR"));
  EXPECT_THAT(*ReadTextFile(dir / "report/report.html"),
              HasSubstr("3 people enrolled with one picture; 2 searches"));
  const Json json = Json::parse(*ReadTextFile(dir / "report/report.json"));
  EXPECT_EQ(json["non_mated"], 2);
}

}  // namespace
}  // namespace mien::cli
