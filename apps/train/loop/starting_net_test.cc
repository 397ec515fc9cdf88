// SPDX-License-Identifier: Apache-2.0
#include "train/loop/starting_net.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "graph/builder.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "train/loop/toy_people.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class StartingNetTest : public testing::Test {
 protected:
  /// `graph` as an ONNX file.
  StartingNet FileOf(const Graph& graph, int input_px = 0) {
    const auto path = dir_.path() / "net.onnx";
    EXPECT_TRUE(SaveOnnx(graph, path));
    return {.net = path.string(), .input_px = input_px};
  }

  static std::string Complaint(const StartingNet& options) {
    try {
      MakeStartingNet(options);
      return "";
    } catch (const TrainError& error) {
      return error.what();
    }
  }

  TempDir dir_;
};

/// ToyNet() with a last layer for maps of one size alone.
Graph NetOfOneSize() {
  GraphBuilder net("rigid", nets::RandomParameters(5));
  Value x = net.Input("input", {kDynamicDim, 3, kToyPx, kToyPx});
  x = net.Conv(x, "conv", {.out = 4, .stride = {2, 2}, .pad = {1, 1}});
  x = net.Flatten(x, 4 * (kToyPx / 2) * (kToyPx / 2));
  x = net.Linear(x, "last", kToyEmbedding, GraphBuilder::Bias::kNo);
  net.Output(net.L2Normalize(x), "embedding");
  Graph graph = std::move(net).Build();
  StoreContract(*ContractFromGraph(ToyNet()), graph);
  return graph;
}

TEST_F(StartingNetTest, ForgetsTheThresholdsOfAFile) {
  Graph graph = ToyNet();
  ModelContract contract = *ContractFromGraph(graph);
  contract.default_threshold = 0.4F;
  StoreContract(contract, graph);
  const Graph started = MakeStartingNet(FileOf(graph));
  EXPECT_EQ(ContractFromGraph(started)->default_threshold, 0.0F);
}

TEST_F(StartingNetTest, TakesLargerChipsWhereTheNetworkCan) {
  const Graph started = MakeStartingNet(FileOf(ToyNet(), 24));
  EXPECT_EQ(started.inputs[0].shape, (Shape{kDynamicDim, 3, 24, 24}));
  EXPECT_EQ(ContractFromGraph(started)->input_width, 24);
  EXPECT_EQ(ContractFromGraph(started)->input_height, 24);
}

TEST_F(StartingNetTest, SaysWhenTheNetworkCannot) {
  EXPECT_EQ(Complaint(FileOf(NetOfOneSize(), 24)),
            "rigid takes chips of 16 pixels and cannot take 24");
}

TEST_F(StartingNetTest, ListsTheNetworksForAnUnknownName) {
  EXPECT_NE(Complaint({.net = "resnet"}).find("there are inception-resnet-v1"),
            std::string::npos);
}

}  // namespace
}  // namespace mien::train
