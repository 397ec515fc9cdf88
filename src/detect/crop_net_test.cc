// SPDX-License-Identifier: Apache-2.0
#include "detect/crop_net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/synthetic_image.h"
#include "nets/nets.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BatchSizes, FillTheLadderFromTheTop) {
  EXPECT_THAT(BatchSizes(0), IsEmpty());
  EXPECT_THAT(BatchSizes(1), ElementsAre(1));
  EXPECT_THAT(BatchSizes(32), ElementsAre(16, 16));
  EXPECT_THAT(BatchSizes(21), ElementsAre(16, 4, 1));
}

TEST(BatchSizes, LeaveAtMostAQuarterEmpty) {
  EXPECT_THAT(BatchSizes(3), ElementsAre(4));
  EXPECT_THAT(BatchSizes(2), ElementsAre(1, 1));
  EXPECT_THAT(BatchSizes(12), ElementsAre(16));
  EXPECT_THAT(BatchSizes(11), ElementsAre(4, 4, 4));
}

TEST(CropNet, SaysTheSameOfACropWhateverTheBatch) {
  // 21 crops: 16 in lanes or in a batch, the others in smaller batches.
  const auto net = CropNet::Create(nets::Onet(nets::RandomParameters(5)), 48);
  ASSERT_TRUE(net) << net.error().message;
  EXPECT_TRUE((*net)->has_landmarks());
  const Image image = NoiseImage(120, 90, 3);
  std::vector<PixelRect> crops;
  for (int i = 0; i < 21; ++i) {
    crops.push_back({2 * i, i, 2 * i + 30 + i, i + 40});
  }
  const auto together = (*net)->Run(image, crops, 2);
  ASSERT_TRUE(together) << together.error().message;
  for (std::size_t i = 0; i < crops.size(); ++i) {
    const auto alone = (*net)->Run(image, {&crops[i], 1}, 1);
    ASSERT_TRUE(alone);
    EXPECT_NEAR((*together)[i].score, (*alone)[0].score, 1e-5F) << i;
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_NEAR((*together)[i].offsets[k], (*alone)[0].offsets[k], 1e-4F);
    }
    for (std::size_t k = 0; k < 10; ++k) {
      EXPECT_NEAR((*together)[i].landmarks[k], (*alone)[0].landmarks[k], 1e-4F);
    }
  }
}

TEST(CropNet, RefusesANetWithOtherOutputs) {
  const auto net =
      CropNet::Create(nets::FaceSsd(nets::RandomParameters(5)), 24);
  ASSERT_FALSE(net);
  EXPECT_EQ(net.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace mien
