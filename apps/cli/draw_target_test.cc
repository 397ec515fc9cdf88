// SPDX-License-Identifier: Apache-2.0
#include "draw_target.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"

namespace mien::cli {
namespace {

TEST(DrawTarget, IsNotWantedByDefault) {
  const auto target = DrawTarget::Create("", 3);
  ASSERT_TRUE(target);
  EXPECT_FALSE(target->wanted());
}

TEST(DrawTarget, IsTheFileNamedForOnePicture) {
  const auto target = DrawTarget::Create("out.png", 1);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->PathFor("in.jpg"), "out.png");
}

TEST(DrawTarget, IsAFolderForSeveralPictures) {
  const TempDir dir;
  const auto target = DrawTarget::Create((dir / "out").string(), 2);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->PathFor("../photos/a.png"), dir / "out/photos_a.jpg");
}

TEST(DrawTarget, OneFileCannotTakeSeveralPictures) {
  const auto target = DrawTarget::Create("out.jpg", 2);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().message,
            "out.jpg is one file for 2 pictures; name a folder");
}

}  // namespace
}  // namespace mien::cli
