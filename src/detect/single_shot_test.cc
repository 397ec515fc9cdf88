// SPDX-License-Identifier: Apache-2.0
#include "detect/single_shot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "graph/builder.h"
#include "nets/nets.h"

namespace mien {
namespace {

TEST(FitInput, ShrinksTheLongerSideAndRoundsUp) {
  EXPECT_EQ(FitInput(1920, 1080, 640), (InputExtent{640, 384}));
  EXPECT_EQ(FitInput(1080, 1920, 640), (InputExtent{384, 640}));
}

TEST(FitInput, NeverEnlargesButToTheNextStep) {
  EXPECT_EQ(FitInput(250, 250, 640), (InputExtent{256, 256}));
  EXPECT_EQ(FitInput(3, 1, 640), (InputExtent{64, 64}));
}

TEST(FitInput, KeepsThinPicturesAtOneStep) {
  EXPECT_EQ(FitInput(50'000, 20, 640), (InputExtent{640, 64}));
}

TEST(SingleShot, RunsMiensOwnDetectorOnPicturesOfAnySize) {
  const auto detector = SingleShot::Create(
      nets::FaceSsd(nets::RandomParameters(3)), {.score_threshold = 0.01F});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_EQ((*detector)->name(), "mien-ssd");
  EXPECT_TRUE((*detector)->has_landmarks());
  for (const auto& [width, height] :
       {std::pair(100, 70), std::pair(7, 900), std::pair(1, 1)}) {
    const auto faces = (*detector)->Find(Image(width, height));
    ASSERT_TRUE(faces) << faces.error().message;
    EXPECT_TRUE(std::ranges::is_sorted(
        *faces, std::ranges::greater(), &Detection::score));
  }
}

TEST(SingleShot, LeavesOutFacesBelowTheSmallestSide) {
  const auto all =
      SingleShot::Create(nets::FaceSsd(nets::RandomParameters(3)),
                         {.min_face_px = 12, .score_threshold = 0.01F});
  const auto large =
      SingleShot::Create(nets::FaceSsd(nets::RandomParameters(3)),
                         {.min_face_px = 50, .score_threshold = 0.01F});
  ASSERT_TRUE(all && large);
  const Image picture(128, 128);
  const auto all_faces = (*all)->Find(picture);
  const auto large_faces = (*large)->Find(picture);
  ASSERT_TRUE(all_faces && large_faces);
  EXPECT_GT(all_faces->size(), large_faces->size());
  for (const Detection& face : *large_faces) {
    EXPECT_GE(std::min(face.box.width(), face.box.height()), 50);
  }
}

TEST(SingleShot, RefusesANetThatIsNoDetector) {
  // Their outputs have a detector's columns, but one row a picture.
  for (const Graph& graph : {nets::Rnet(nets::RandomParameters(3)),
                             nets::Onet(nets::RandomParameters(3))}) {
    const auto detector = SingleShot::Create(graph, {});
    ASSERT_FALSE(detector);
    EXPECT_EQ(detector.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(detector.error().message,
                testing::HasSubstr("-Net of MTCNN, which finds faces with the "
                                   "two others only"));
  }
}

// An input and two outputs like UltraFace's, of a file without a contract.
Graph UltraFaceLike() {
  GraphBuilder net("net", nets::RandomParameters(3));
  const Value x = net.Input("input", {1, 3, 240, 320});
  Graph graph = std::move(net).Build();
  graph.outputs = {{"scores", DataType::kFloat32, {1, 4420, 2}},
                   {"boxes", DataType::kFloat32, {1, 4420, 4}}};
  return graph;
}

TEST(SingleShotContract, OfAFileWithoutOneIsItsFamilys) {
  const auto contract = SingleShotContract(UltraFaceLike());
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->task, ModelTask::kDetect);
  EXPECT_EQ(contract->detector_family, "ultraface");
  EXPECT_EQ(contract->input_width, 320);
  EXPECT_EQ(contract->input_height, 240);
  EXPECT_EQ(contract->mean, (std::array{127.0F, 127.0F, 127.0F}));
}

TEST(SingleShotContract, OfAFileWithOneIsThat) {
  const auto contract =
      SingleShotContract(nets::FaceSsd(nets::RandomParameters(3)));
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->detector_family, "mien-ssd");
}

}  // namespace
}  // namespace mien
