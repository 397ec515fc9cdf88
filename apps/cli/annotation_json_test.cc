// SPDX-License-Identifier: Apache-2.0
#include "annotation_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ParseAnnotationJson, ReadsBoxesAndSettings) {
  const auto parsed = ParseAnnotationJson(
      R"({"source": "x", "images": [{"image": "a.jpg",
          "boxes": [[1, 2, 3, 4], [10, 20, 30, 40]],
          "easy": [1], "hard": [0, 1]}]})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->pictures[0].path, "a.jpg");
  EXPECT_EQ(parsed->pictures[0].boxes[1], (Box{10, 20, 40, 60}));
  ASSERT_EQ(parsed->settings.size(), 2U);
  EXPECT_EQ(parsed->settings[0].name, "easy");
  EXPECT_THAT(parsed->settings[0].counts[0], ElementsAre(0, 1));
  EXPECT_THAT(parsed->settings[1].counts[0], ElementsAre(1, 1));
}

TEST(ParseAnnotationJson, CountsAllBoxesWithoutSettings) {
  const auto parsed = ParseAnnotationJson(
      R"({"images": [{"image": "a.jpg", "boxes": [[1, 2, 3, 4]]}]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->settings[0].name, "all");
  EXPECT_THAT(parsed->settings[0].counts[0], ElementsAre(1));
}

TEST(ParseAnnotationJson, NamesWhatIsWrong) {
  const auto error = [](std::string_view text) {
    const auto parsed = ParseAnnotationJson(text);
    return parsed ? "" : parsed.error().message;
  };
  EXPECT_EQ(error("{"), "must be JSON with a list \"images\"");
  EXPECT_EQ(error(R"({"images": [{"image": "a"}]})"),
            "picture 1: must have \"image\" and \"boxes\"");
  EXPECT_EQ(error(R"({"images": [{"image": "a", "boxes": [[1, 2, 3]]}]})"),
            "picture 1: a box must be [x, y, w, h]");
  EXPECT_EQ(error(R"({"images": [{"image": "a", "boxes": [], "easy": [0]}]})"),
            "picture 1: lists a box that is not one of its 0");
  EXPECT_EQ(error(R"({"images": [{"image": "a", "boxes": [], "easy": []},
                                 {"image": "b", "boxes": []}]})"),
            "picture 2: has no list \"easy\"");
}

TEST(LoadAnnotations, TellsJsonFromLists) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(
      dir / "a.json", R"( {"images": [{"image": "a", "boxes": []}]})"));
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "a.jpg\n1\n1 2 3 4\n"));
  ASSERT_TRUE(WriteFileAtomically(dir / "none.txt", "\n"));
  EXPECT_EQ(LoadAnnotations(dir / "a.json")->pictures[0].path, "a");
  EXPECT_EQ(LoadAnnotations(dir / "a.txt")->pictures[0].path, "a.jpg");
  EXPECT_THAT(LoadAnnotations(dir / "none.txt").error().message,
              HasSubstr("none.txt: names no pictures"));
}

}  // namespace
}  // namespace mien::cli
