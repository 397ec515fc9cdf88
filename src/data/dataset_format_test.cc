// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_format.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

const ChipRecord kRecord = {.shard = 3,
                            .offset = 512,
                            .bytes = 9000,
                            .label = 7,
                            .identity = "Lovelace, Ada",
                            .source = "a/b.jpg",
                            .digest = "0123456789abcdef",
                            .score = 0.5F,
                            .face_px = 90.25F,
                            .landmark_error_px = 2.5F,
                            .covered = 1.0F};

TEST(DatasetFormat, ARowReadsAsItIsWritten) {
  EXPECT_EQ(ToCsv(kRecord),
            "3,512,9000,7,\"Lovelace, Ada\",a/b.jpg,0123456789abcdef,0.5,"
            "90.25,2.5,1\n");
  const auto parsed = ParseChips(ChipsHeader() + ToCsv(kRecord));
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->records.size(), 1U);
  EXPECT_EQ(parsed->records[0], kRecord);
}

TEST(DatasetFormat, LeavesOutALineThatWasCutOff) {
  const std::string whole = ChipsHeader() + ToCsv(kRecord);
  const auto parsed = ParseChips(whole + "3,512,9");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->records.size(), 1U);
  EXPECT_EQ(parsed->ends, std::vector<std::size_t>{whole.size()});
}

TEST(DatasetFormat, NamesTheLineThatIsNoRow) {
  const auto parsed =
      ParseChips(ChipsHeader() + ToCsv(kRecord) + "3,x,9,0,,,,1,1,1,1\n");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "line 3: not a chip's row");
}

TEST(DatasetFormat, RefusesOtherColumns) {
  EXPECT_FALSE(ParseChips("path,identity\n"));
  EXPECT_FALSE(ParseChips(""));
}

TEST(DatasetFormat, InfoReadsAsItIsWritten) {
  const TempDir dir;
  DatasetInfo info;
  info.geometry = {.template_px = 128, .margin_px = 20};
  info.detector = "mtcnn sha256:00";
  info.faces = "all";
  info.complete = true;
  info.num_chips = 12;
  info.num_identities = 3;
  ASSERT_TRUE(WriteDatasetInfo(dir.path(), info));
  const auto read = ReadDatasetInfo(dir.path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->geometry, info.geometry);
  EXPECT_EQ(read->detector, "mtcnn sha256:00");
  EXPECT_EQ(read->faces, "all");
  EXPECT_TRUE(read->complete);
  EXPECT_EQ(read->num_chips, 12);
  EXPECT_EQ(read->num_identities, 3);
}

void ExpectInfoError(const char* json, ErrorCode code, const char* part) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / kInfoFile, std::string_view(json)));
  const auto read = ReadDatasetInfo(dir.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, code);
  EXPECT_NE(read.error().message.find(part), std::string::npos)
      << read.error().message;
}

TEST(DatasetFormat, RefusesANewerVersion) {
  ExpectInfoError(R"({"format": "mien chips", "version": 2})",
                  ErrorCode::kUnsupported,
                  "version is 2");
}

TEST(DatasetFormat, RefusesAnotherFormat) {
  ExpectInfoError(R"({"format": "x"})", ErrorCode::kCorruptData, "format");
  ExpectInfoError("[]", ErrorCode::kCorruptData, "dataset.json");
  ExpectInfoError("{", ErrorCode::kCorruptData, "dataset.json");
}

TEST(DatasetFormat, NamesAMissingKey) {
  ExpectInfoError(R"({"format": "mien chips", "version": 1})",
                  ErrorCode::kCorruptData,
                  "template_px");
}

TEST(DatasetFormat, SaysThatThereIsNoDataset) {
  const TempDir dir;
  const auto read = ReadDatasetInfo(dir.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

TEST(DatasetFormat, NumbersShards) {
  EXPECT_EQ(ShardName(12), "shard-00012.tar");
}

}  // namespace
}  // namespace mien
