// SPDX-License-Identifier: Apache-2.0
//
// Every model in ../shared: it loads, has extents at several input sizes, and
// comes back from our writer with the same id.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "graph/onnx_io.h"
#include "graph/opset.h"
#include "graph/shape_inference.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(MIEN_SOURCE_DIR) / "../shared/models";

std::vector<fs::path> ModelFiles() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kModels)) {
    if (entry.path().extension() == ".onnx") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

/// The shape of the first input with `batch` and `side` where it is free.
std::map<std::string, Shape> InputShapes(const Graph& graph,
                                         std::int64_t batch,
                                         std::int64_t side) {
  std::map<std::string, Shape> shapes;
  for (const ValueInfo& input : graph.inputs) {
    Shape shape = input.shape;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      shape[i] = shape[i] != kDynamicDim ? shape[i] : i == 0 ? batch : side;
    }
    shapes[input.name] = shape;
  }
  return shapes;
}

class SharedModels : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kModels)) {
      GTEST_SKIP() << "skipped: needs ../shared";
    }
  }
};

TEST_F(SharedModels, HaveExtentsAtEverySize) {
  const auto files = ModelFiles();
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) {
    const auto graph = LoadOnnx(file);
    ASSERT_TRUE(graph) << graph.error().message;
    for (const std::int64_t batch : {1, 3}) {
      const auto inferred =
          InferShapes(*graph, InputShapes(*graph, batch, 64 * (1 + batch)));
      ASSERT_TRUE(inferred) << file << ": " << inferred.error().message;
      for (const ValueInfo& output : graph->outputs) {
        const Shape& shape = inferred->types.at(output.name).shape;
        ASSERT_EQ(shape.size(), output.shape.size()) << file << output.name;
        for (std::size_t i = 0; i < shape.size(); ++i) {
          if (output.shape[i] != kDynamicDim) {
            EXPECT_EQ(shape[i], output.shape[i]) << file << output.name;
          }
        }
      }
    }
  }
}

TEST_F(SharedModels, HaveOneCanonicalForm) {
  for (const fs::path& file : ModelFiles()) {
    const auto graph = LoadOnnx(file);
    ASSERT_TRUE(graph) << graph.error().message;
    const auto once = Canonicalize(*graph);
    ASSERT_TRUE(once) << file << ": " << once.error().message;
    EXPECT_TRUE(once->Validate()) << file;
    const auto twice = Canonicalize(*once);
    ASSERT_TRUE(twice) << file << ": " << twice.error().message;
    EXPECT_EQ(ModelId(*twice), ModelId(*once)) << file;
  }
}

TEST_F(SharedModels, KeepTheirIdWhenWrittenAgain) {
  for (const fs::path& file : ModelFiles()) {
    const auto graph = LoadOnnx(file);
    ASSERT_TRUE(graph) << graph.error().message;
    const auto bytes = SerializeOnnx(*graph);
    ASSERT_TRUE(bytes) << bytes.error().message;
    const auto again = ParseOnnx(*bytes);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(ModelId(*again), ModelId(*graph)) << file;
  }
}

// Extents as OpenCV's and the authors' own code reads them.
TEST_F(SharedModels, GiveTheKnownExtents) {
  const auto pnet = LoadOnnx(kModels / "mtcnn/pnet.onnx");
  ASSERT_TRUE(pnet) << pnet.error().message;
  const auto small =
      InferShapes(*pnet, {{pnet->inputs[0].name, {2, 3, 12, 14}}});
  ASSERT_TRUE(small) << small.error().message;
  EXPECT_EQ(small->types.at("score").shape, (Shape{2, 2, 1, 2}));
  EXPECT_EQ(small->types.at("box").shape, (Shape{2, 4, 1, 2}));

  const auto yunet = LoadOnnx(kModels / "yunet/yunet_n_dynamic.onnx");
  ASSERT_TRUE(yunet) << yunet.error().message;
  const auto wide =
      InferShapes(*yunet, {{yunet->inputs[0].name, {1, 3, 320, 640}}});
  ASSERT_TRUE(wide) << wide.error().message;
  EXPECT_EQ(wide->types.at("cls_8").shape, (Shape{1, 40 * 80, 1}));
  EXPECT_EQ(wide->types.at("kps_32").shape, (Shape{1, 10 * 20, 10}));
}

}  // namespace
}  // namespace mien
