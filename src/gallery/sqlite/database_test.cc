// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::sqlite {
namespace {

using testing::HasSubstr;

TEST(Database, KeepsEveryKindOfValue) {
  const TempDir folder;
  auto database = Database::Open(folder / "a.db", {});
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->Execute("CREATE TABLE t (i, r, s, b)"));
  constexpr std::array kBlob = {std::byte{0}, std::byte{255}, std::byte{0}};
  ASSERT_TRUE(database->Execute("INSERT INTO t VALUES (?, ?, ?, ?)",
                                std::int64_t{1} << 60U,
                                0.25,
                                std::string_view("a\0b", 3),
                                std::span<const std::byte>(kBlob)));
  auto row = database->Prepare("SELECT * FROM t");
  ASSERT_TRUE(row);
  const auto found = row->Step();
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(row->Int(0), std::int64_t{1} << 60U);
  EXPECT_EQ(row->Real(1), 0.25);
  EXPECT_EQ(row->Text(2), std::string("a\0b", 3));
  EXPECT_THAT(row->Blob(3), testing::ElementsAreArray(kBlob));
}

TEST(Database, RollsBackWhatIsNotCommitted) {
  const TempDir folder;
  auto database = Database::Open(folder / "a.db", {});
  ASSERT_TRUE(database && database->Execute("CREATE TABLE t (i)"));
  {
    const auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database->Execute("INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(database->QueryInt(-1, "SELECT count(*) FROM t").value(), 0);
}

TEST(Database, NamesTheFileInErrors) {
  const TempDir folder;
  auto database = Database::Open(folder / "a.db", {});
  ASSERT_TRUE(database);
  const auto failed = database->Execute("SELECT * FROM nowhere");
  EXPECT_THAT(failed.error().message, HasSubstr("a.db: no such table"));
}

TEST(Database, RefusesAFileThatIsNone) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "a.db", std::string(5000, 'x')));
  const auto database = Database::Open(folder / "a.db", {});
  EXPECT_EQ(database.error().code, ErrorCode::kCorruptData);
  EXPECT_THAT(database.error().message, HasSubstr("not a gallery"));
}

TEST(Database, AnEncryptedFileNeedsItsKey) {
  if (!CipherLibrary()) {
    GTEST_SKIP() << "skipped: needs SQLCipher";
  }
  const TempDir folder;
  {
    auto database = Database::Open(folder / "a.db", {.key = "open sesame"});
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->Execute("CREATE TABLE needle (i)"));
  }
  const auto bytes = ReadTextFile(folder / "a.db");
  ASSERT_TRUE(bytes);
  EXPECT_THAT(*bytes, testing::Not(HasSubstr("needle")));
  EXPECT_EQ(Database::Open(folder / "a.db", {}).error().code,
            ErrorCode::kCorruptData);
  EXPECT_THAT(Database::Open(folder / "a.db", {.key = "wrong"}).error().message,
              HasSubstr("not with this key"));
  EXPECT_TRUE(Database::Open(folder / "a.db", {.key = "open sesame"}));
}

}  // namespace
}  // namespace mien::sqlite
