// SPDX-License-Identifier: Apache-2.0
#include "data/source_list.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

TEST(IdentityFromFolder, IsTheFolderBelowTheRoot) {
  EXPECT_EQ(IdentityFromFolder("data", "data/Ada/1.jpg"), "Ada");
  EXPECT_EQ(IdentityFromFolder("data/", "data/F1/MID1/1.jpg"), "F1/MID1");
}

TEST(IdentityFromFolder, IsEmptyInTheRootItself) {
  EXPECT_EQ(IdentityFromFolder("data", "data/1.jpg"), "");
  EXPECT_EQ(IdentityFromFolder("a/1.jpg", "a/1.jpg"), "");
}

Result<std::vector<PictureSource>> Read(const TempDir& dir,
                                        std::string_view text) {
  EXPECT_TRUE(WriteFileAtomically(dir / "list.csv", text));
  return ReadSourceTable(dir / "list.csv");
}

TEST(ReadSourceTable, TakesPathsFromTheTablesFolder) {
  const TempDir dir;
  const auto sources =
      Read(dir, "identity,age,path\nAda,36,a.jpg\n,5,/b/c.jpg\n");
  ASSERT_TRUE(sources) << sources.error().message;
  ASSERT_EQ(sources->size(), 2U);
  EXPECT_EQ((*sources)[0].path, dir / "a.jpg");
  EXPECT_EQ((*sources)[0].identity, "Ada");
  EXPECT_EQ((*sources)[1].path, "/b/c.jpg");
  EXPECT_EQ((*sources)[1].identity, "");
}

TEST(ReadSourceTable, NeedsNoLineFeedAtTheEnd) {
  const TempDir dir;
  const auto sources = Read(dir, "path,identity\na.jpg,Ada");
  ASSERT_TRUE(sources);
  EXPECT_EQ(sources->size(), 1U);
}

void ExpectError(std::string_view text, const char* part) {
  const TempDir dir;
  const auto sources = Read(dir, text);
  ASSERT_FALSE(sources);
  EXPECT_EQ(sources.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(sources.error().message.find(part), std::string::npos)
      << sources.error().message;
}

TEST(ReadSourceTable, NamesTheLineThatIsWrong) {
  ExpectError("a,b\n", "line 1: no columns");
  ExpectError("path,identity\na.jpg,Ada\nb.jpg\n", "line 3: has 1 fields");
  ExpectError("path,identity\n,Ada\n", "line 2");
  ExpectError("path,identity\n\"a.jpg,Ada\n", "a quote is not closed");
}

}  // namespace
}  // namespace mien
