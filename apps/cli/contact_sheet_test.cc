// SPDX-License-Identifier: Apache-2.0
#include "contact_sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

UnnamedFace FaceIn(const std::filesystem::path& picture) {
  UnnamedFace face;
  face.picture = picture;
  face.quality = 0.75F;
  face.thumbnail = {std::byte{'f'}, std::byte{'o'}, std::byte{'o'}};
  return face;
}

TEST(ContactSheet, HasARowPerPersonAndOneForThoseSeenOnce) {
  const UnnamedFace face = FaceIn("a.jpg");
  const std::vector<FaceGroup> groups = {
      {{&face, 0.9F}, {&face, 0.8F}, {&face, 0.7F}},
      {{&face, 0.9F}, {&face, 0.8F}},
      {{&face}},
      {{&face}}};
  const std::string page = ContactSheet(groups, {.num_pictures = 5});
  EXPECT_THAT(page,
              HasSubstr("<strong>7 faces</strong> of <strong>4 people</strong> "
                        "in <strong>5 pictures</strong></p>"));
  EXPECT_THAT(page, HasSubstr("Person 1 <small>3 faces</small>"));
  EXPECT_THAT(page, HasSubstr("Person 2 <small>2 faces</small>"));
  EXPECT_THAT(page, HasSubstr("Seen once <small>2 faces</small>"));
  EXPECT_THAT(page, Not(HasSubstr("Person 3")));
}

TEST(ContactSheet, HoldsTheThumbnailsItself) {
  const UnnamedFace face = FaceIn("a.jpg");
  const std::vector<FaceGroup> groups = {{{&face, 0.875F}}};
  const std::string page = ContactSheet(groups, {});
  EXPECT_THAT(page, HasSubstr("src=\"data:image/jpeg;base64,Zm9v\""));
  EXPECT_THAT(page, HasSubstr("similarity to the group 0.88, quality 0.75"));
}

TEST(ContactSheet, LinksFromTheFolderItLiesIn) {
  const UnnamedFace face = FaceIn("photos/my cat.jpg");
  const std::vector<FaceGroup> groups = {{{&face}}};
  EXPECT_THAT(ContactSheet(groups, {.folder = "sheets"}),
              HasSubstr("href=\"../photos/my%20cat.jpg\""));
  EXPECT_THAT(ContactSheet(groups, {.folder = ""}),
              HasSubstr("href=\"photos/my%20cat.jpg\""));
}

TEST(ContactSheet, TakesHostileFileNames) {
  const UnnamedFace face = FaceIn("\"><script>alert(1)<.jpg");
  const std::vector<FaceGroup> groups = {{{&face}}};
  EXPECT_THAT(ContactSheet(groups, {}), Not(HasSubstr("<script")));
}

TEST(ContactSheet, SaysWhatWasLeftOut) {
  EXPECT_THAT(ContactSheet({}, {.num_left_out = 1, .method = "by hand"}),
              testing::AllOf(HasSubstr("0 faces"),
                             HasSubstr("; 1 face of too low quality left out"),
                             HasSubstr("by hand. In each row")));
}

}  // namespace
}  // namespace mien::cli
