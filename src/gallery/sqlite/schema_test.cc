// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "mien/gallery.h"

namespace mien::sqlite {
namespace {

using testing::HasSubstr;

class SchemaTest : public testing::Test {
 protected:
  /// A gallery with one template.
  void Fill() {
    Template face;
    face.embedding = {{0.6F, 0.8F}, "sha256:0123456789abcdef"};
    ASSERT_TRUE(Gallery::Open(path_).value()->AddTemplate("a", "Ada", face));
  }

  /// Makes a file of version 1 out of one of version 2.
  void TurnBackToVersion1() {
    const auto database = Database::Open(path_, {}).value();
    for (const char* sql :
         {"DROP TRIGGER template_added",
          "DROP TRIGGER template_removed",
          "DROP TRIGGER template_moved",
          "ALTER TABLE changes DROP COLUMN token",
          "CREATE TRIGGER template_added AFTER INSERT ON templates BEGIN"
          "  INSERT INTO changes (kind, template_id) VALUES (0, new.id); END",
          "CREATE TRIGGER template_removed AFTER DELETE ON templates BEGIN"
          "  INSERT INTO changes (kind, template_id) VALUES (1, old.id); END",
          "CREATE TRIGGER template_moved AFTER UPDATE OF subject_id"
          "  ON templates BEGIN"
          "  INSERT INTO changes (kind, template_id) VALUES (2, new.id); END",
          "PRAGMA user_version = 1"}) {
      ASSERT_TRUE(database.Execute(sql)) << sql;
    }
  }

  TempDir folder_;
  std::filesystem::path path_ = folder_ / "people.db";
};

TEST_F(SchemaTest, BringsVersion1UpToDate) {
  Fill();
  TurnBackToVersion1();
  Fill();  // enrolled already: opens and changes nothing
  const auto gallery = Gallery::Open(path_, {.read_only = true});
  ASSERT_TRUE(gallery) << gallery.error().message;
  const auto changes = (*gallery)->ChangesSince(0);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_NE(changes->front().position.token, 0);
}

TEST_F(SchemaTest, AMigratedFileGivesTokensToNewChanges) {
  Fill();
  TurnBackToVersion1();
  const auto gallery = Gallery::Open(path_).value();
  const auto ada = gallery->FindSubject(SubjectName{"a", "Ada"})->id;
  ASSERT_TRUE(gallery->DeleteSubject(ada));
  const auto changes = gallery->ChangesSince(1);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(changes->front().kind, GalleryChange::Kind::kRemoved);
  EXPECT_NE(changes->front().position.token, 0);
}

TEST_F(SchemaTest, DoesNotMigrateWithoutWriting) {
  Fill();
  TurnBackToVersion1();
  const auto refused = Gallery::Open(path_, {.read_only = true});
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message,
              HasSubstr("can read, without writing, only version 2"));
}

}  // namespace
}  // namespace mien::sqlite
