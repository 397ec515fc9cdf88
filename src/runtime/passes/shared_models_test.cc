// SPDX-License-Identifier: Apache-2.0
//
// All passes together, on the foreign models beside the repository: the answers
// stay, and the operators that passes are there to remove are gone.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "graph/onnx_io.h"
#include "runtime/passes/pass.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

struct ModelCase {
  std::string file;
  Shape shape;
};

void PrintTo(const ModelCase& model, std::ostream* out) { *out << model.file; }

Tensor RandomInput(const Shape& shape) {
  std::mt19937 generator(7);
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(NumElements(shape)));
  for (float& value : values) {
    value = uniform(generator);
  }
  return Tensor::Float(shape, values);
}

/// Differences are taken relative to the largest magnitude of each output.
void ExpectEqualOutputs(const std::map<std::string, Tensor>& actual,
                        const std::map<std::string, Tensor>& expected) {
  constexpr float kTolerance = 1e-5F;
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    ASSERT_TRUE(actual.contains(name)) << name;
    EXPECT_EQ(actual.at(name).shape(), tensor.shape()) << name;
    const std::vector<float> want = tensor.ToFloats();
    const std::vector<float> got = actual.at(name).ToFloats();
    float largest = 0.0F;
    float difference = 0.0F;
    for (std::size_t i = 0; i < want.size(); ++i) {
      largest = std::max(largest, std::abs(want[i]));
      difference = std::max(difference, std::abs(want[i] - got[i]));
    }
    EXPECT_LE(difference, kTolerance * largest) << name;
  }
}

class SharedModel : public testing::TestWithParam<ModelCase> {};

TEST_P(SharedModel, GivesTheSameAnswersAfterAllPasses) {
  const std::filesystem::path folder = MIEN_SOURCE_DIR "/../shared/models";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "skipped: needs ../shared";
  }
  const ModelCase& model = GetParam();
  const auto graph = LoadOnnx(folder / model.file);
  ASSERT_TRUE(graph) << graph.error().message;
  const std::string& input = graph->inputs.front().name;
  const auto fixed = Specialize(*graph, {{input, model.shape}});
  ASSERT_TRUE(fixed) << fixed.error().message;
  const auto fast = Optimize(*fixed);
  ASSERT_TRUE(fast) << fast.error().message;
  for (const Node& node : fast->nodes) {
    EXPECT_FALSE(node.Is("BatchNormalization") || node.Is("Shape") ||
                 node.Is("Gather") || node.Is("Gemm") || node.Is("PRelu") ||
                 node.Is("Relu"))
        << DescribeNode(node, fast->opset);
  }
  const std::map<std::string, Tensor> inputs = {
      {input, RandomInput(model.shape)}};
  const auto before = RunReference(*graph, inputs);
  const auto after = RunReference(*fast, inputs);
  ASSERT_TRUE(before) << before.error().message;
  ASSERT_TRUE(after) << after.error().message;
  ExpectEqualOutputs(*after, *before);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    SharedModel,
    testing::Values(
        ModelCase{"mtcnn/pnet.onnx", {2, 3, 40, 31}},
        ModelCase{"mtcnn/rnet.onnx", {3, 3, 24, 24}},
        ModelCase{"mtcnn/onet.onnx", {3, 3, 48, 48}},
        ModelCase{"mobilefacenet/mobilefacenet.onnx", {1, 3, 112, 112}},
        ModelCase{"ultraface/version-slim-320.onnx", {1, 3, 240, 320}},
        ModelCase{"ultraface/version-RFB-320.onnx", {1, 3, 240, 320}},
        ModelCase{"yunet/yunet_n_320_320.onnx", {1, 3, 320, 320}},
        ModelCase{"yunet/yunet_n_dynamic.onnx", {1, 3, 192, 256}},
        ModelCase{"yunet/yunet_s_dynamic.onnx", {1, 3, 128, 160}}));

}  // namespace
}  // namespace mien
