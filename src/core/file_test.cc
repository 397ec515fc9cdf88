// SPDX-License-Identifier: Apache-2.0
#include "core/file.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"

namespace mien {
namespace {

TEST(ReadFile, ReturnsWhatWasWritten) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "hello"));
  EXPECT_EQ(ReadTextFile(dir / "a.txt").value(), "hello");
}

TEST(ReadFile, NamesAMissingFile) {
  const auto text = ReadTextFile("/nowhere/a.txt");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(text.error().message,
            "/nowhere/a.txt: cannot open: No such file or directory");
}

TEST(ReadFile, RefusesMoreThanTheLimit) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "hello"));
  EXPECT_EQ(ReadTextFile(dir / "a.txt", 5).value(), "hello");
  EXPECT_EQ(ReadTextFile(dir / "a.txt", 4).error().code,
            ErrorCode::kLimitExceeded);
}

TEST(ReadFile, RefusesAFolder) {
  const TempDir dir;
  EXPECT_EQ(ReadFile(dir.path()).error().code, ErrorCode::kIo);
}

TEST(WriteFileAtomically, ReplacesTheOldFileAndLeavesNoDraft) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "old"));
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "new"));
  EXPECT_EQ(ReadTextFile(dir / "a.txt").value(), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}),
            1);
}

TEST(WriteFileAtomically, NamesAFileThatCannotBeWritten) {
  const auto written = WriteFileAtomically("/proc/mien.txt", "new");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("/proc/mien.txt"), std::string::npos);
}

}  // namespace
}  // namespace mien
