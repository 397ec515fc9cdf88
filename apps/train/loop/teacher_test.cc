// SPDX-License-Identifier: Apache-2.0
#include "train/loop/teacher.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "train/loop/pixel_input.h"
#include "train/loop/toy_people.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class TeacherTest : public testing::Test {
 protected:
  std::filesystem::path Saved(const Graph& graph) {
    const auto path = dir_.path() / "teacher.onnx";
    EXPECT_TRUE(SaveOnnx(graph, path));
    return path;
  }

  /// Four chips of noise.
  static Tensor Chips(std::int64_t side) {
    torch::manual_seed(1);
    return torch::randint(0, 256, {4, side, side, 3}).to(torch::kUInt8);
  }

  TempDir dir_;
};

TEST_F(TeacherTest, AnswersAsItsNetworkDoes) {
  Teacher teacher(Saved(ToyNet()), "", {});
  TorchNet net(ToyNet());
  const Tensor expected =
      net.Forward(NetworkInput(Chips(kToyPx), *ContractFromGraph(ToyNet())),
                  net.output(),
                  Mode::kEval);
  const Tensor answer = teacher.Embed(Chips(kToyPx));
  EXPECT_TRUE(at::allclose(answer, expected, 1e-5, 1e-6));
  EXPECT_FALSE(answer.requires_grad());
  EXPECT_EQ(teacher.embedding_size(), kToyEmbedding);
}

TEST_F(TeacherTest, ReadsChipsOfAnotherSize) {
  Teacher teacher(Saved(ToyNet()), "", {});
  const Tensor plain = torch::full({1, kToyPx, kToyPx, 3}, 90, torch::kUInt8);
  const Tensor large = torch::full({1, 23, 23, 3}, 90, torch::kUInt8);
  EXPECT_TRUE(
      at::allclose(teacher.Embed(large), teacher.Embed(plain), 1e-4, 1e-5));
}

TEST_F(TeacherTest, RefusesModelsForOtherChips) {
  Graph graph = ToyNet();
  ModelContract contract = *ContractFromGraph(graph);
  contract.chip_template = ChipTemplate::kFacenetMargin;
  StoreContract(contract, graph);
  const auto path = Saved(graph);
  EXPECT_THROW(Teacher(path, "", {}), TrainError);
}

}  // namespace
}  // namespace mien::train
