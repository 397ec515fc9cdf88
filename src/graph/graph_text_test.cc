// SPDX-License-Identifier: Apache-2.0
#include "graph/graph_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace mien {
namespace {

TEST(GraphText, HasALinePerInputNodeAndOutput) {
  Graph graph;
  graph.inputs = {{"x", DataType::kFloat32, {kDynamicDim, 3, 4, 4}, {}}};
  graph.outputs = {{"y", DataType::kFloat32, {kDynamicDim, 8, 4, 4}, {}}};
  graph.initializers.emplace(
      "w", Tensor::Float({8, 3, 1, 1}, std::vector<float>(24)));
  graph.initializers.emplace("low", Tensor::Float({}, std::vector{0.5F}));
  Node conv{
      "conv", "FusedConv", std::string(kMienDomain), {"x", "w", ""}, {"h"}, {}};
  conv.attributes["activation"] = std::string("Relu");
  graph.nodes = {conv, {"clip", "Clip", "", {"h", "low"}, {"y"}, {}}};
  InferredShapes shapes;
  shapes.types["h"] = {DataType::kFloat32, {1, 8, 4, 4}};
  EXPECT_EQ(GraphText(graph, shapes),
            "x  [?, 3, 4, 4]\n"
            "h [1, 8, 4, 4] = mien.FusedConv(x, w [8, 3, 1, 1], -) Relu\n"
            "y = Clip(h, 0.5)\n"
            "output y\n");
}

}  // namespace
}  // namespace mien
