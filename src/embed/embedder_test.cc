// SPDX-License-Identifier: Apache-2.0
#include "mien/embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "core/temp_dir.h"
#include "graph/builder.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"

namespace mien {
namespace {

using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

constexpr int kSide = 4;

/// Output 0: red of the top-left pixel, output 1: green of the top-right one,
/// output 2: blue of the bottom-left one.
Tensor CornerWeights(const ParameterSpec& spec) {
  std::vector<float> values(static_cast<std::size_t>(NumElements(spec.shape)));
  const auto at = [](int out, int in, int y, int x) {
    return static_cast<std::size_t>(((out * 3 + in) * kSide + y) * kSide + x);
  };
  values[at(0, 0, 0, 0)] = 1.0F;
  values[at(1, 1, 0, kSide - 1)] = 1.0F;
  values[at(2, 2, kSide - 1, 0)] = 1.0F;
  return Tensor::Float(spec.shape, values);
}

/// A network that reads three corners; `batch` may be kDynamicDim.
Graph CornerNet(std::int64_t batch) {
  GraphBuilder net("corners", CornerWeights);
  const Value x = net.Input("input", {batch, 3, kSide, kSide});
  const Value y = net.Conv(x, "conv", {.out = 3, .kernel = {kSide, kSide}});
  const std::int64_t rows = batch == 1 ? 1 : -1;
  net.Output(net.Reshape(y, {rows, 3}), "embedding");
  return std::move(net).Build();
}

ModelContract CornerContract() {
  ModelContract contract;
  contract.name = "corners";
  contract.task = ModelTask::kEmbed;
  contract.input_width = kSide;
  contract.input_height = kSide;
  contract.mean = {0.0F, 0.0F, 0.0F};
  contract.deviation = {1.0F, 1.0F, 1.0F};
  contract.embedding_size = 3;
  return contract;
}

/// Corner levels: red top left `a`, top right `b` in green and red, bottom left
/// `c` in blue; the mirror image has red `b` top left, and no green or blue.
Image Chip(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
  Image chip(kSide, kSide);
  chip.row(0)[0] = a;
  chip.row(0)[3 * (kSide - 1)] = b;
  chip.row(0)[3 * (kSide - 1) + 1] = b;
  chip.row(kSide - 1)[2] = c;
  return chip;
}

std::vector<float> Unit(float x, float y, float z) {
  const float length = std::sqrt(x * x + y * y + z * z);
  return {x / length, y / length, z / length};
}

class EmbedderTest : public ::testing::Test {
 protected:
  std::filesystem::path Save(Graph graph, const ModelContract& contract) {
    StoreContract(contract, graph);
    const std::filesystem::path path = dir_ / "net.onnx";
    EXPECT_TRUE(SaveOnnx(graph, path));
    return path;
  }

  std::unique_ptr<Embedder> Load(std::int64_t batch,
                                 const EmbedderOptions& options) {
    auto embedder =
        Embedder::Load(Save(CornerNet(batch), CornerContract()), options);
    EXPECT_TRUE(embedder) << (embedder ? "" : embedder.error().message);
    return embedder ? std::move(embedder).value() : nullptr;
  }

  TempDir dir_;
};

TEST_F(EmbedderTest, EmbeddingIsTheNetworksOutputAtLengthOne) {
  const auto embedder = Load(kDynamicDim, {.profile = {}});
  const std::vector<Image> chips = {Chip(30, 40, 120)};
  const auto embeddings = embedder->Embed(chips);
  ASSERT_TRUE(embeddings);
  EXPECT_THAT(embeddings->at(0).values,
              Pointwise(FloatNear(1e-6F), {3.0F / 13, 4.0F / 13, 12.0F / 13}));
  EXPECT_EQ(embeddings->at(0).model_id, embedder->contract().id);
  EXPECT_THAT(embeddings->at(0).model_id, HasSubstr("sha256:"));
}

TEST_F(EmbedderTest, FlipAveragingSumsTheMirroredChip) {
  const auto embedder =
      Load(kDynamicDim, {.profile = {}, .flip = FlipAveraging::kOn});
  const std::vector<Image> chips = {Chip(30, 40, 120)};
  const auto embeddings = embedder->Embed(chips);
  ASSERT_TRUE(embeddings);
  // (30, 40, 120) + (40, 0, 0)
  EXPECT_THAT(embeddings->at(0).values,
              Pointwise(FloatNear(1e-6F), Unit(70, 40, 120)));
}

TEST_F(EmbedderTest, ManyChipsKeepTheirOrderInFilesThatFixTheBatch) {
  for (const std::int64_t batch : {std::int64_t{1}, kDynamicDim}) {
    const auto embedder = Load(
        batch, {.profile = {}, .flip = FlipAveraging::kOn, .max_batch = 4});
    std::vector<Image> chips;
    for (int i = 0; i < 11; ++i) {
      const auto level = static_cast<std::uint8_t>(20 * i);
      chips.push_back(Chip(level, 100, 50));
    }
    const auto embeddings = embedder->Embed(chips);
    ASSERT_TRUE(embeddings);
    ASSERT_EQ(embeddings->size(), 11U);
    for (std::size_t i = 0; i < 11; ++i) {
      const auto level = static_cast<float>(20 * i);
      EXPECT_THAT(embeddings->at(i).values,
                  Pointwise(FloatNear(1e-6F), Unit(level + 100, 100, 50)))
          << i;
    }
  }
}

TEST_F(EmbedderTest, NoChipsGiveNoEmbeddings) {
  const auto embedder = Load(kDynamicDim, {.profile = {}});
  const auto embeddings = embedder->Embed({});
  ASSERT_TRUE(embeddings);
  EXPECT_TRUE(embeddings->empty());
}

TEST_F(EmbedderTest, NamesAChipOfAnotherSize) {
  const auto embedder = Load(kDynamicDim, {.profile = {}});
  const std::vector<Image> chips = {Chip(1, 2, 3), Image(5, 4)};
  const auto embeddings = embedder->Embed(chips);
  ASSERT_FALSE(embeddings);
  EXPECT_EQ(embeddings.error().code, ErrorCode::kInvalidImage);
  EXPECT_EQ(embeddings.error().message, "chip 1 is 5 x 4; must be 4 x 4");
}

TEST_F(EmbedderTest, RefusesAnOutputThatIsNoDirection) {
  const auto embedder = Load(kDynamicDim, {.profile = {}});
  const std::vector<Image> chips = {Chip(0, 0, 0)};
  EXPECT_FALSE(embedder->Embed(chips));
}

TEST_F(EmbedderTest, NamesOptionsOutOfRange) {
  const auto path = Save(CornerNet(1), CornerContract());
  const auto embedder = Embedder::Load(path, {.profile = {}, .max_batch = 0});
  ASSERT_FALSE(embedder);
  EXPECT_EQ(embedder.error().message, "max_batch is 0; must be >= 1");
}

TEST_F(EmbedderTest, RefusesAContractThatDoesNotFitTheNetwork) {
  ModelContract contract = CornerContract();
  contract.embedding_size = 128;
  const auto embedder = Embedder::Load(Save(CornerNet(1), contract));
  ASSERT_FALSE(embedder);
  EXPECT_EQ(embedder.error().code, ErrorCode::kCorruptModel);
  EXPECT_THAT(embedder.error().message, HasSubstr("net.onnx: "));
}

TEST_F(EmbedderTest, ThreadsShareOneEmbedder) {
  const auto embedder = Load(kDynamicDim, {.profile = {}, .max_batch = 4});
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t round = 0; round < 25; ++round) {
          const auto level = static_cast<std::uint8_t>(10 * t + round + 1);
          const std::vector<Image> chips(1 + round % 5, Chip(level, 60, 90));
          const auto embeddings = embedder->Embed(chips);
          const std::vector<float> expected =
              Unit(static_cast<float>(level), 60, 90);
          for (const Embedding& embedding : *embeddings) {
            for (std::size_t k = 0; k < 3; ++k) {
              wrong[t] +=
                  std::abs(embedding.values[k] - expected[k]) > 1e-5F ? 1 : 0;
            }
          }
        }
      });
    }
  }
  EXPECT_THAT(wrong, testing::Each(0));
}

}  // namespace
}  // namespace mien
