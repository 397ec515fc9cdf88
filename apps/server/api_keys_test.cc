// SPDX-License-Identifier: Apache-2.0
#include "api_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class ApiKeysTest : public testing::Test {
 protected:
  TempDir folder_;
  std::filesystem::path file_ = folder_ / "keys.json";
};

TEST_F(ApiKeysTest, FindsAKeyThatWasMade) {
  ApiKeys keys(file_);
  const auto key = keys.Create("door", Role::kEnrol, "staff");
  ASSERT_TRUE(key) << key.error().message;
  const auto found = ApiKeys(file_).Find(*key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->note, "door");
  EXPECT_EQ(found->role, Role::kEnrol);
  EXPECT_EQ(found->collection, "staff");
}

TEST_F(ApiKeysTest, TakesOverAKeyMadeElsewhere) {
  ApiKeys keys(file_);
  ASSERT_TRUE(keys.Add("k1", "CompreFace door", Role::kAdminister, "k1"));
  EXPECT_EQ(keys.Find("k1")->collection, "k1");
}

TEST_F(ApiKeysTest, KeysAreRandomUuids) {
  ApiKeys keys(file_);
  const auto a = keys.Create("", Role::kRead, "");
  const auto b = keys.Create("", Role::kRead, "");
  EXPECT_NE(*a, *b);
  EXPECT_THAT(*a,
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                    "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST_F(ApiKeysTest, TheFileDoesNotHoldTheKeyAndIsItsOwnersAlone) {
  const auto key = ApiKeys(file_).Create("door", Role::kRead, "");
  EXPECT_THAT(*ReadTextFile(file_), Not(HasSubstr(*key)));
  EXPECT_EQ(
      std::filesystem::status(file_).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ApiKeysTest, AWrongKeyIsUnknown) {
  ApiKeys keys(file_);
  ASSERT_TRUE(keys.Create("", Role::kRead, ""));
  EXPECT_FALSE(keys.Find(""));
  EXPECT_FALSE(keys.Find("00000000-0000-4000-8000-000000000000"));
}

TEST_F(ApiKeysTest, ARevokedKeyIsUnknownToWhoeverHasTheFileOpen) {
  ApiKeys server(file_);
  const auto key = server.Create("", Role::kRead, "");
  ASSERT_TRUE(server.Find(*key));
  ApiKeys console(file_);
  ASSERT_TRUE(console.Revoke(console.List()->front().id));
  EXPECT_FALSE(server.Find(*key));
}

TEST_F(ApiKeysTest, RevokingNamesAMissingKey) {
  EXPECT_THAT(ApiKeys(file_).Revoke("12345678").error().message,
              HasSubstr("no key with id 12345678"));
}

TEST_F(ApiKeysTest, ADamagedFileIsNamed) {
  ASSERT_TRUE(WriteFileAtomically(file_, std::string_view("[{\"id\": 1}]")));
  EXPECT_THAT(ApiKeys(file_).List().error().message,
              HasSubstr("keys.json: not a file of API keys"));
}

TEST(ParseRole, ListsTheRoles) {
  EXPECT_EQ(ParseRole("boss").error().message,
            "role is boss; must be read, enrol or administer");
}

}  // namespace
}  // namespace mien::server
