// SPDX-License-Identifier: Apache-2.0
#include "data_report_page.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "data/sample_dataset.h"

namespace mien::cli {
namespace {

/// Ada's third chip looks like Bob, whose name is an attack.
void WriteSample(const TempDir& dir) {
  WritePeople(dir / "set",
              {{"Ada", 0},
               {"Ada", 10},
               {"<script>", 90},
               {"<script>", 95},
               {"Ada", 91}});
  const ChipDataset dataset = ChipDataset::Open(dir / "set").value();
  const auto report = ExamineDataset(dataset, OpenTeacher(dataset).value(), {});
  ASSERT_TRUE(report);
  ASSERT_TRUE(WriteDataReport(dataset, *report, dir / "out"));
}

TEST(WriteDataReport, ListsEverythingInTables) {
  const TempDir dir;
  WriteSample(dir);
  EXPECT_EQ(ReadTextFile(dir / "out/mislabelled.csv").value(),
            "chip,source,label,own_similarity,other_label,other_similarity\n"
            "4,4.jpg,0,0.070,1,1.000\n");
  EXPECT_EQ(
      ReadTextFile(dir / "out/people.csv").value(),
      "label,identity,chips,cohesion\n0,Ada,3,0.507\n1,<script>,2,0.996\n");
  EXPECT_NE(
      ReadTextFile(dir / "out/duplicates.csv").value().find("2,4,1.000,2.jpg"),
      std::string::npos);
}

TEST(WriteDataReport, ShowsChipsInOneFileWithoutTrustingNames) {
  const TempDir dir;
  WriteSample(dir);
  const std::string page = ReadTextFile(dir / "out/report.html").value();
  EXPECT_NE(page.find("Perhaps mislabelled: 1"), std::string::npos);
  EXPECT_NE(page.find("class='suspect' title='4.jpg' "
                      "src='data:image/jpeg;base64,/9j/"),
            std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
}

TEST(WriteDataReport, NamesTheFolderThatCannotBeMade) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}});
  const auto written = WriteDataReport(
      ChipDataset::Open(dir / "set").value(), {}, "/proc/nowhere");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("/proc/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace mien::cli
