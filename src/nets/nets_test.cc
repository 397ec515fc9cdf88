// SPDX-License-Identifier: Apache-2.0
//
// Every network: as many parameters as published, outputs of the stated
// extents, embeddings of unit length, oneDNN and the reference executor in
// agreement.
#include "nets/nets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "graph/contract.h"
#include "nets/net_probe.h"
#include "nets/prior_boxes.h"
#include "runtime/reference/reference_executor.h"

namespace mien::nets {
namespace {

/// The outputs of `graph`, by oneDNN, for formula numbers of extents `shape`.
std::map<std::string, Tensor> Outputs(const Graph& graph, const Shape& shape) {
  auto outputs = RunCompiled(graph, FormulaInput(graph, shape));
  EXPECT_TRUE(outputs) << outputs.error().message;
  return outputs ? outputs->values : std::map<std::string, Tensor>();
}

/// Outputs(), after comparing them with the reference executor's.
std::map<std::string, Tensor> CheckedOutputs(const Graph& graph,
                                             const Shape& shape) {
  const auto outputs = Outputs(graph, shape);
  const auto reference = RunReference(graph, FormulaInput(graph, shape));
  EXPECT_TRUE(reference) << reference.error().message;
  for (const auto& [name, tensor] : *reference) {
    const auto expected = tensor.values<float>();
    const auto actual = outputs.at(name).values<float>();
    EXPECT_EQ(outputs.at(name).shape(), tensor.shape()) << name;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(actual[i], expected[i], 1e-4F) << name << " " << i;
    }
  }
  return outputs;
}

void ExpectUnitLength(const Tensor& embedding, std::int64_t size) {
  ASSERT_EQ(embedding.shape(), (Shape{1, size}));
  const auto values = embedding.values<float>();
  EXPECT_NEAR(
      std::inner_product(values.begin(), values.end(), values.begin(), 0.0),
      1.0,
      1e-5);
}

/// Parameters for what looks at names and extents only.
Tensor Zeros(const ParameterSpec& spec) {
  return {
      DataType::kFloat32,
      spec.shape,
      std::vector<std::byte>(static_cast<std::size_t>(NumElements(spec.shape)) *
                             sizeof(float))};
}

std::int64_t Count(Graph (*build)(const ParameterSource&)) {
  return CountParameters(build(Zeros));
}

// Counts of facenet-pytorch's and InsightFace's classes, without classifiers.
TEST(Nets, HaveAsManyParametersAsPublished) {
  EXPECT_EQ(Count([](const ParameterSource& parameters) {
              return InceptionResnetV1(parameters);
            }),
            23'482'624);
  EXPECT_EQ(Count(Pnet), 6'632);
  EXPECT_EQ(Count(Rnet), 100'178);
  EXPECT_EQ(Count(Onet), 389'040);
  EXPECT_EQ(Count(IResnet18), 24'025'600);
  EXPECT_EQ(Count(IResnet50), 43'590'848);
  EXPECT_EQ(Count([](const ParameterSource& parameters) {
              return MobileFacenet(parameters, 512);
            }),
            1'200'512);
  // torchvision's vgg16_bn has 14,723,136 in its features.
  EXPECT_EQ(Count([](const ParameterSource& parameters) {
              return Vgg16(parameters, 512);
            }),
            14'723'136 + 512 * 512 + 2 * 512);
}

TEST(FaceSsd, IsSmall) { EXPECT_EQ(Count(FaceSsd), 816'480); }

TEST(InceptionResnetV1, EmbedsTheSmallestChip) {
  const Graph graph = InceptionResnetV1(FormulaParameters(), 75);
  const auto outputs = CheckedOutputs(graph, {1, 3, 75, 75});
  ExpectUnitLength(outputs.at("embedding"), 512);
}

TEST(InceptionResnetV1, StatesItsContract) {
  const auto contract = ContractFromGraph(InceptionResnetV1(Zeros, 96));
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->name, "inception-resnet-v1");
  EXPECT_EQ(contract->task, ModelTask::kEmbed);
  EXPECT_EQ(contract->input_width, 96);
  EXPECT_EQ(contract->embedding_size, 512);
  EXPECT_EQ(contract->mean[0], 127.5F);
  EXPECT_EQ(contract->deviation[0], 128.0F);
}

TEST(MobileFacenet, EmbedsAChip) {
  const Graph graph = MobileFacenet(FormulaParameters(), 128);
  const auto outputs = CheckedOutputs(graph, {1, 3, 112, 112});
  ExpectUnitLength(outputs.at("embedding"), 128);
}

TEST(IResnet18, EmbedsAChip) {
  const auto outputs =
      Outputs(IResnet18(FormulaParameters()), {1, 3, 112, 112});
  ExpectUnitLength(outputs.at("embedding"), 512);
}

TEST(Vgg16, EmbedsAChip) {
  const auto outputs =
      Outputs(Vgg16(FormulaParameters(), 256), {1, 3, 112, 112});
  ExpectUnitLength(outputs.at("embedding"), 256);
}

TEST(Pnet, AnswersForEverySecondPixel) {
  const auto outputs =
      CheckedOutputs(Pnet(FormulaParameters()), {2, 3, 13, 16});
  // (13 - 2) / 2 rounded up, less 2 twice: 2; (16 - 2) / 2 less 4: 3.
  EXPECT_EQ(outputs.at("box").shape(), (Shape{2, 4, 2, 3}));
  EXPECT_EQ(outputs.at("score").shape(), (Shape{2, 2, 2, 3}));
}

TEST(Rnet, GivesBoxAndScore) {
  const auto outputs =
      CheckedOutputs(Rnet(FormulaParameters()), {2, 3, 24, 24});
  EXPECT_EQ(outputs.at("box").shape(), (Shape{2, 4}));
  EXPECT_EQ(outputs.at("score").shape(), (Shape{2, 2}));
}

TEST(Onet, GivesBoxScoreAndLandmarks) {
  const auto outputs =
      CheckedOutputs(Onet(FormulaParameters()), {2, 3, 48, 48});
  EXPECT_EQ(outputs.at("box").shape(), (Shape{2, 4}));
  EXPECT_EQ(outputs.at("score").shape(), (Shape{2, 2}));
  EXPECT_EQ(outputs.at("landmarks").shape(), (Shape{2, 10}));
}

TEST(FaceSsd, AnswersForEveryPrior) {
  const Graph graph = FaceSsd(FormulaParameters());
  const auto outputs = CheckedOutputs(graph, {1, 3, 64, 128});
  const auto num_priors = static_cast<std::int64_t>(
      GeneratePriors(FaceSsdPriors(), 128, 64).size());
  EXPECT_EQ(outputs.at("conf").shape(), (Shape{1, num_priors, 2}));
  EXPECT_EQ(outputs.at("loc").shape(), (Shape{1, num_priors, 4}));
  EXPECT_EQ(outputs.at("landmarks").shape(), (Shape{1, num_priors, 10}));
  const auto conf = outputs.at("conf").values<float>();
  EXPECT_NEAR(conf[0] + conf[1], 1.0F, 1e-6F);
  EXPECT_EQ(ContractFromGraph(graph)->detector_family, "mien-ssd");
}

TEST(Nets, AreTheSameForTheSameSeed) {
  const Graph first = Rnet(RandomParameters(3));
  const Graph second = Rnet(RandomParameters(3));
  for (const auto& [name, tensor] : first.initializers) {
    EXPECT_TRUE(std::ranges::equal(tensor.bytes(),
                                   second.initializers.at(name).bytes()))
        << name;
  }
}

}  // namespace
}  // namespace mien::nets
