// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_payloads.h"

#include <gtest/gtest.h>

#include <numeric>

#include "graph/onnx_io.h"

namespace mien {
namespace {

/// A graph with one large and one small constant.
Graph TwoConstants() {
  std::vector<float> many(5000);
  std::iota(many.begin(), many.end(), 1.0F);
  Graph graph;
  graph.name = "two";
  graph.inputs = {{"x", DataType::kFloat32, {5000}, {}}};
  graph.outputs = {{"y", DataType::kFloat32, {5000}, {}}};
  graph.initializers["large"] = Tensor::Float({5000}, many);
  graph.initializers["small"] = Tensor::Float({1}, {{2.0F}});
  graph.nodes = {{"a", "Mul", "", {"x", "large"}, {"t"}, {}},
                 {"b", "Add", "", {"t", "small"}, {"y"}, {}}};
  return graph;
}

SharedBytes FileOf(const Graph& graph) {
  const auto bytes =
      std::make_shared<const std::vector<std::byte>>(*SerializeOnnx(graph));
  return {bytes, *bytes};
}

TEST(StripPayloads, TakesLargeElementsOutOnly) {
  const SharedBytes file = FileOf(TwoConstants());
  const StrippedOnnx stripped = StripPayloads(file);
  ASSERT_EQ(stripped.payloads.size(), 1U);
  EXPECT_EQ(stripped.payloads.begin()->second.bytes.size(), 20000U);
  EXPECT_LT(stripped.message.size(), 400U);
}

TEST(StripPayloads, LeavesADamagedFileAsItIs) {
  SharedBytes file = FileOf(TwoConstants());
  file.bytes = file.bytes.first(file.bytes.size() - 1);
  const StrippedOnnx stripped = StripPayloads(file);
  EXPECT_TRUE(stripped.payloads.empty());
  EXPECT_EQ(stripped.message.size(), file.bytes.size());
}

TEST(StripPayloads, SharesTheFileWithTheGraph) {
  const Graph written = TwoConstants();
  const SharedBytes file = FileOf(written);
  const auto graph = ParseSharedOnnx(file);
  ASSERT_TRUE(graph) << graph.error().message;
  const Tensor& large = graph->initializers.at("large");
  EXPECT_GE(large.stored().bytes.data(), file.bytes.data());
  EXPECT_LT(large.stored().bytes.data(), file.bytes.data() + file.bytes.size());
  EXPECT_EQ(large.ToFloats(), written.initializers.at("large").ToFloats());
  EXPECT_EQ(ModelId(*graph), ModelId(written));
}

TEST(StripPayloads, FindsElementsThatDoNotFitTheExtents) {
  Graph graph = TwoConstants();
  const auto bytes = *SerializeOnnx(graph);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  // The extent 5000 of "large" (varint 88 27) becomes 5001.
  const auto at = text.find("\x88\x27", 0);
  ASSERT_NE(at, std::string::npos);
  text[at] = '\x89';
  const auto parsed = ParseOnnx(std::as_bytes(std::span(text)));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::kCorruptModel);
}

}  // namespace
}  // namespace mien
