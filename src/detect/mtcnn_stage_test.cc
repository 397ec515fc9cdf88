// SPDX-License-Identifier: Apache-2.0
#include "detect/mtcnn_stage.h"

#include <gtest/gtest.h>

#include "nets/nets.h"

namespace mien {
namespace {

TEST(MtcnnStage, TellsTheThreeNetsWhateverTheyAreCalled) {
  Graph pnet = nets::Pnet(nets::RandomParameters(3));
  Graph rnet = nets::Rnet(nets::RandomParameters(3));
  Graph onet = nets::Onet(nets::RandomParameters(3));
  for (Graph* graph : {&pnet, &rnet, &onet}) {
    graph->name = "net";
    graph->metadata.clear();
  }
  EXPECT_EQ(MtcnnStage(pnet), "P-Net");
  EXPECT_EQ(MtcnnStage(rnet), "R-Net");
  EXPECT_EQ(MtcnnStage(onet), "O-Net");
}

TEST(MtcnnStage, TellsThemWhereTheFileLeavesTheExtentsOpen) {
  Graph onet = nets::Onet(nets::RandomParameters(3));
  for (ValueInfo& output : onet.outputs) {
    output.shape = {kDynamicDim, kDynamicDim};
  }
  EXPECT_EQ(MtcnnStage(onet), "O-Net");
}

TEST(MtcnnStage, TakesNoOtherNetForOne) {
  Graph named = nets::FaceSsd(nets::RandomParameters(3));
  named.name = "mtcnn-rnet";
  EXPECT_EQ(MtcnnStage(named), "");
  EXPECT_EQ(MtcnnStage(nets::MobileFacenet(nets::RandomParameters(3))), "");
}

TEST(MtcnnStage, TakesRowsOfOtherWidthsForNone) {
  Graph rnet = nets::Rnet(nets::RandomParameters(3));
  for (ValueInfo& output : rnet.outputs) {
    output.shape = {kDynamicDim, 5};
  }
  EXPECT_EQ(MtcnnStage(rnet), "");
}

}  // namespace
}  // namespace mien
