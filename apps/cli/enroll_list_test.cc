// SPDX-License-Identifier: Apache-2.0
#include "enroll_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::cli {
namespace {

using testing::HasSubstr;

std::vector<std::string> Subjects(const std::vector<EnrollItem>& items) {
  std::vector<std::string> subjects;
  for (const EnrollItem& item : items) {
    subjects.push_back(item.subject);
  }
  return subjects;
}

void Touch(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  ASSERT_TRUE(WriteFileAtomically(file, std::string_view("x")));
}

TEST(ListEnrollItems, AFolderHoldsAFolderForEachPerson) {
  const TempDir folder;
  Touch(folder / "Bob/1.jpg");
  Touch(folder / "Ada/2.png");
  Touch(folder / "Ada/1.jpg");
  Touch(folder / "notes.txt");
  const std::vector<std::string> inputs = {folder.path().string()};
  const auto items = ListEnrollItems(inputs, "");
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_THAT(Subjects(*items), testing::ElementsAre("Ada", "Ada", "Bob"));
  EXPECT_EQ((*items)[0].picture, folder / "Ada/1.jpg");
}

TEST(ListEnrollItems, ACsvFileNamesPicturesBesideIt) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomically(
      folder / "list.csv",
      std::string_view("subject,picture\r\n"
                       "Ada,ada.jpg\n"
                       "\"Love\"\"lace, Ada\",\"sub/a,b.jpg\"\n\n")));
  const std::vector<std::string> inputs = {(folder / "list.csv").string()};
  const auto items = ListEnrollItems(inputs, "");
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_THAT(Subjects(*items), testing::ElementsAre("Ada", "Love\"lace, Ada"));
  EXPECT_EQ((*items)[1].picture, folder / "sub/a,b.jpg");
}

TEST(ListEnrollItems, NamesAMalformedLine) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "list.csv",
                                  std::string_view("Ada,a.jpg\nBob\n")));
  const std::vector<std::string> inputs = {(folder / "list.csv").string()};
  EXPECT_THAT(ListEnrollItems(inputs, "").error().message,
              HasSubstr("list.csv:2: expected"));
}

TEST(ListEnrollItems, APictureAloneNeedsASubject) {
  const TempDir folder;
  Touch(folder / "a.jpg");
  const std::vector<std::string> inputs = {(folder / "a.jpg").string()};
  EXPECT_THAT(ListEnrollItems(inputs, "").error().message,
              HasSubstr("--subject"));
  const auto items = ListEnrollItems(inputs, "Ada");
  ASSERT_TRUE(items);
  EXPECT_THAT(Subjects(*items), testing::ElementsAre("Ada"));
}

TEST(ListEnrollItems, AFolderOfPicturesNeedsASubject) {
  const TempDir folder;
  Touch(folder / "a.jpg");
  const std::vector<std::string> inputs = {folder.path().string()};
  EXPECT_THAT(ListEnrollItems(inputs, "").error().message,
              HasSubstr("one for each person"));
}

}  // namespace
}  // namespace mien::cli
