// SPDX-License-Identifier: Apache-2.0
#include "data/append_file.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

TEST(AppendFile, GrowsAtItsEnd) {
  const TempDir dir;
  auto file = AppendFile::Open(dir / "f", 0);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Append("ab"));
  ASSERT_TRUE(file->Append("cd"));
  EXPECT_EQ(file->size(), 4U);
  ASSERT_TRUE(file->Sync());
  EXPECT_EQ(ReadTextFile(dir / "f").value(), "abcd");
}

TEST(AppendFile, IsCutToItsSoundLength) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "f", "abcdef"));
  auto file = AppendFile::Open(dir / "f", 3);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Append("X"));
  EXPECT_EQ(ReadTextFile(dir / "f").value(), "abcX");
}

TEST(AppendFile, RefusesAFileThatIsTooShort) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "f", "abc"));
  const auto file = AppendFile::Open(dir / "f", 9);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(file.error().message.find("has 3 bytes; must have at least 9"),
            std::string::npos);
}

TEST(AppendFile, NamesTheFileThatCannotBeMade) {
  const auto file = AppendFile::Open("/nowhere/f", 0);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kIo);
  EXPECT_NE(file.error().message.find("/nowhere/f"), std::string::npos);
}

}  // namespace
}  // namespace mien
