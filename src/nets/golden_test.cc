// SPDX-License-Identifier: Apache-2.0
//
// Inception-ResNet-v1 against a forward pass of facenet-pytorch's in double
// precision, layer by layer, with formula parameters.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "nets/net_probe.h"
#include "nets/nets.h"
#include "runtime/reference/reference_executor.h"

namespace mien::nets {
namespace {

using Json = nlohmann::json;

constexpr int kInputPx = 160;
constexpr int kBatch = 2;

class InceptionResnetV1Golden : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto text = ReadTextFile(MIEN_SOURCE_DIR
                                   "/../shared/data/golden/"
                                   "inception_resnet_v1.json");
    if (!text) {
      GTEST_SKIP() << "skipped: needs ../shared";
    }
    golden_ = Json::parse(*text);
    for (const auto& [layer, unused] : golden_["layers"].items()) {
      layers_.push_back(layer);
    }
    graph_ =
        WithOutputs(InceptionResnetV1(FormulaParameters(), kInputPx), layers_);
    inputs_ = FormulaInput(graph_, {kBatch, 3, kInputPx, kInputPx});
  }

  /// Every layer's extents, mean, mean magnitude and first values.
  void ExpectLayers(const std::map<std::string, Tensor>& values,
                    double tolerance) const {
    for (const std::string& layer : layers_) {
      ExpectLayer(golden_["layers"][layer], layer, values.at(layer), tolerance);
    }
  }

  static void ExpectLayer(const Json& golden,
                          const std::string& layer,
                          const Tensor& value,
                          double tolerance) {
    ASSERT_EQ(value.shape(), golden["shape"].get<Shape>()) << layer;
    const auto numbers = value.values<float>();
    double sum = 0.0;
    double sum_abs = 0.0;
    for (const float number : numbers) {
      sum += number;
      sum_abs += std::abs(number);
    }
    const auto count = static_cast<double>(numbers.size());
    const auto mean_abs = golden["mean_abs"].get<double>();
    EXPECT_NEAR(sum / count, golden["mean"].get<double>(), tolerance * mean_abs)
        << layer;
    EXPECT_NEAR(sum_abs / count, mean_abs, tolerance * mean_abs) << layer;
    for (std::size_t i = 0; i < golden["first8"].size(); ++i) {
      const auto expected = golden["first8"][i].get<double>();
      EXPECT_NEAR(
          numbers[i], expected, tolerance * (mean_abs + std::abs(expected)))
          << layer << " " << i;
    }
  }

  void ExpectEmbeddings(std::span<const float> embeddings,
                        double least_cosine) const {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const auto golden = golden_["embedding"][i].get<std::vector<float>>();
      const double cosine =
          Cosine(golden, embeddings.subspan(i * golden.size(), golden.size()));
      EXPECT_GE(cosine, least_cosine);
      RecordProperty("one_minus_cosine_" + std::to_string(i),
                     std::to_string((1.0 - cosine) * 1e6) + "e-6");
    }
  }

  /// The graph as it is used, with the embedding as its only output.
  [[nodiscard]] Graph WithoutLayers() const {
    Graph graph = graph_;
    std::erase_if(graph.outputs, [](const ValueInfo& output) {
      return output.name != "embedding";
    });
    return graph;
  }

  Json golden_;
  std::vector<std::string> layers_;
  Graph graph_;
  std::map<std::string, Tensor> inputs_;
};

TEST_F(InceptionResnetV1Golden, ReferenceExecutorEqualsEveryLayer) {
  const auto values = RunReference(graph_, inputs_);
  ASSERT_TRUE(values) << values.error().message;
  ExpectLayers(*values, 1e-5);
  ExpectEmbeddings(values->at("embedding").values<float>(), 0.999999);
}

TEST_F(InceptionResnetV1Golden, OneDnnEqualsEveryLayer) {
  const auto outputs = RunCompiled(graph_, inputs_);
  ASSERT_TRUE(outputs) << outputs.error().message;
  ExpectLayers(outputs->values, 1e-4);
}

TEST_F(InceptionResnetV1Golden, OneDnnKeepsTheEmbeddings) {
  const auto outputs = RunCompiled(WithoutLayers(), inputs_);
  ASSERT_TRUE(outputs) << outputs.error().message;
  ExpectEmbeddings(outputs->values.at("embedding").values<float>(), 0.9999);
}

TEST_F(InceptionResnetV1Golden, OneDnnKeepsTheEmbeddingsInBfloat16) {
  const auto outputs =
      RunCompiled(WithoutLayers(), inputs_, Precision::kBfloat16);
  ASSERT_TRUE(outputs) << outputs.error().message;
  if (outputs->precision != Precision::kBfloat16) {
    GTEST_SKIP() << "this CPU has no bf16 units";
  }
  ExpectEmbeddings(outputs->values.at("embedding").values<float>(), 0.999);
}

TEST_F(InceptionResnetV1Golden, Bfloat16OperandsKeepTheEmbeddings) {
  const auto values = RunReference(
      graph_, inputs_, {}, {.rounding = ReferenceOptions::Rounding::kBfloat16});
  ASSERT_TRUE(values) << values.error().message;
  ExpectEmbeddings(values->at("embedding").values<float>(), 0.999);
}

}  // namespace
}  // namespace mien::nets
