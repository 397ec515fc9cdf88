// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/starting_ssd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/temp_dir.h"
#include "graph/onnx_io.h"
#include "nets/nets.h"
#include "train/detectors/ssd_trainer.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(UntrainedSsd, ExpectsFewFaces) {
  TorchNet net(UntrainedSsd(1), {});
  const Tensor logits =
      RunSsd(net, torch::zeros({1, 3, 64, 64}), Mode::kEval).logits;
  // Nothing but the biases reaches the heads from a picture of zeros.
  const Tensor faces = logits.softmax(2).select(2, 1);
  EXPECT_NEAR(faces.min().item<double>(), 0.01, 1e-6);
  EXPECT_NEAR(faces.max().item<double>(), 0.01, 1e-6);
}

TEST(SsdFromFile, BringsTheWeightsBack) {
  const TempDir folder;
  const Graph saved = UntrainedSsd(7);
  ASSERT_TRUE(SaveOnnx(saved, folder / "net.onnx"));
  const Graph loaded = SsdFromFile(folder / "net.onnx");
  const std::string kernel = "trunk.0.conv.weight";
  EXPECT_EQ(loaded.initializers.at(kernel).ToFloats(),
            saved.initializers.at(kernel).ToFloats());
  EXPECT_NE(loaded.initializers.at(kernel).ToFloats(),
            UntrainedSsd(1).initializers.at(kernel).ToFloats());
}

TEST(SsdFromFile, NamesTheWeightThatAnotherNetLacks) {
  const TempDir folder;
  ASSERT_TRUE(
      SaveOnnx(nets::Pnet(nets::RandomParameters(1)), folder / "p.onnx"));
  try {
    SsdFromFile(folder / "p.onnx");
    FAIL();
  } catch (const TrainError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("p.onnx: has no "));
    EXPECT_THAT(error.what(),
                testing::HasSubstr("a model that mien train ssd wrote"));
  }
}

TEST(SsdFromFile, NamesTheFileThatIsNotThere) {
  EXPECT_THROW(SsdFromFile("missing.onnx"), TrainError);
}

}  // namespace
}  // namespace mien::train
