// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/ssd_batch.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace mien::train {
namespace {

constexpr int kSidePx = 64;

// Two dark crops with one green spot; the second has a face of the size and in
// the place of a prior.
std::vector<TrainingCrop> TwoCrops() {
  TrainingCrop crop{.image = Image(kSidePx, kSidePx), .faces = {}};
  crop.image.row(2)[3 * 5 + 1] = 255;
  TrainingCrop with_face = crop;
  with_face.faces.push_back({.box = {16, 16, 48, 48}});
  return {crop, with_face};
}

TEST(MakeSsdBatch, PutsChannelsAndLevelsWhereTheNetWantsThem) {
  const SsdBatch batch = MakeSsdBatch(TwoCrops());
  const Tensor input = SsdInput(batch.pixels);
  EXPECT_EQ(input.sizes(), torch::IntArrayRef({2, 3, kSidePx, kSidePx}));
  EXPECT_FLOAT_EQ(input[1][1][2][5].item<float>(), 127.5F / 128);
  EXPECT_FLOAT_EQ(input[1][0][2][5].item<float>(), -127.5F / 128);
}

TEST(MakeSsdBatch, TeachesEachCropItsOwnFaces) {
  const MultiBoxTargets targets = MakeSsdBatch(TwoCrops()).targets;
  const Tensor faces = (targets.labels == kFace).sum(1);
  EXPECT_EQ(faces[0].item<std::int64_t>(), 0);
  EXPECT_GT(faces[1].item<std::int64_t>(), 0);
  EXPECT_EQ(faces[1].item<std::int64_t>(), targets.face_rows.size(0));
  EXPECT_GE(targets.face_rows.min().item<std::int64_t>(),
            targets.labels.size(1));
}

TEST(MoveBatch, MovesPixelsAndTargets) {
  const SsdBatch moved = MoveBatch(MakeSsdBatch(TwoCrops()), torch::kMeta);
  EXPECT_TRUE(moved.pixels.is_meta());
  EXPECT_TRUE(moved.targets.labels.is_meta());
  EXPECT_TRUE(SsdInput(moved.pixels).is_meta());
}

}  // namespace
}  // namespace mien::train
