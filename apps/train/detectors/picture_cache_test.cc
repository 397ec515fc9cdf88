// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/picture_cache.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "core/temp_dir.h"
#include "image/synthetic_image.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class PictureCacheTest : public testing::Test {
 protected:
  // Three pictures of 20 x 10, 600 bytes each when decoded.
  void SetUp() override {
    for (const char* name : {"a.png", "b.png", "c.png"}) {
      ASSERT_TRUE(SaveImage(WavesImage(20, 10), folder_ / name));
      pictures_.push_back({folder_ / name, {{.box = {1, 2, 3, 4}}}});
    }
  }

  void RemoveFiles() {
    for (const AnnotatedPicture& picture : pictures_) {
      std::filesystem::remove(picture.path);
    }
  }

  TempDir folder_;
  std::vector<AnnotatedPicture> pictures_;
};

TEST_F(PictureCacheTest, DecodesAPictureOnce) {
  PictureCache cache(1024, 1000);
  const auto first = cache.Load(pictures_[0]);
  RemoveFiles();
  EXPECT_EQ(cache.Load(pictures_[0]), first);
  EXPECT_EQ(first->image.width(), 20);
  EXPECT_EQ(first->faces.at(0).box, (Box{1, 2, 3, 4}));
}

TEST_F(PictureCacheTest, KeepsNoMoreThanItsLimit) {
  PictureCache cache(1024, 1200);
  for (const AnnotatedPicture& picture : pictures_) {
    EXPECT_EQ(cache.Load(picture)->image.height(), 10);
  }
  EXPECT_EQ(cache.bytes(), 1200U);
  RemoveFiles();
  EXPECT_NO_THROW(cache.Load(pictures_[1]));
  EXPECT_THROW(cache.Load(pictures_[2]), TrainError);
}

TEST_F(PictureCacheTest, CountsAPictureOnceThatManyThreadsLoad) {
  PictureCache cache(1024, 10'000);
  ParallelFor(48, 8, [&](int i) {
    cache.Load(pictures_[static_cast<std::size_t>(i) / 16]);
  });
  EXPECT_EQ(cache.bytes(), 1800U);
}

TEST_F(PictureCacheTest, KeepsNothingWithoutMemory) {
  PictureCache cache(1024, 0);
  cache.Load(pictures_[0]);
  EXPECT_EQ(cache.bytes(), 0U);
  RemoveFiles();
  EXPECT_THROW(cache.Load(pictures_[0]), TrainError);
}

}  // namespace
}  // namespace mien::train
