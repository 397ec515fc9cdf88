// SPDX-License-Identifier: Apache-2.0
#include "nets/checkpoint_parameters.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/file.h"
#include "core/temp_dir.h"
#include "nets/checkpoint_samples.h"
#include "nets/import.h"

namespace mien::nets {
namespace {

Tensor Row(std::vector<float> values) {
  return Tensor::Float({static_cast<std::int64_t>(values.size())}, values);
}

ParameterSpec Bias(const std::string& name, std::int64_t size) {
  return {.name = name, .kind = ParameterKind::kBias, .shape = {size}};
}

TEST(CheckpointParameters, GiveTheTensorOfTheName) {
  CheckpointParameters parameters({{"fc.bias", Row({1.0F, 2.0F})}});
  const Tensor taken = parameters.Source()(Bias("fc.bias", 2));
  EXPECT_EQ(taken.ToFloats(), (std::vector<float>{1.0F, 2.0F}));
  EXPECT_TRUE(parameters.Check({}));
}

TEST(CheckpointParameters, NameAMissingTensor) {
  CheckpointParameters parameters({{"fc.bias", Row({1.0F})}});
  EXPECT_EQ(parameters.Source()(Bias("fc2.bias", 3)).shape(), Shape{3});
  EXPECT_EQ(parameters.Check({}).error().message, "fc2.bias is missing");
}

TEST(CheckpointParameters, NameATensorOfAnotherShape) {
  CheckpointParameters parameters({{"fc.bias", Row({1.0F, 2.0F})}});
  parameters.Source()(Bias("fc.bias", 3));
  EXPECT_EQ(parameters.Check({}).error().message,
            "fc.bias has shape [2]; the network wants [3]");
}

TEST(CheckpointParameters, NameATensorThatIsNotFinite) {
  CheckpointParameters parameters(
      {{"fc.bias", Row({std::numeric_limits<float>::infinity()})}});
  parameters.Source()(Bias("fc.bias", 1));
  EXPECT_EQ(parameters.Check({}).error().message,
            "fc.bias holds a value that is not finite");
}

TEST(CheckpointParameters, NameATensorThatTheNetworkLacks) {
  CheckpointParameters parameters({{"bn.num_batches_tracked", Row({1.0F})},
                                   {"extra.bias", Row({1.0F})},
                                   {"logits.bias", Row({1.0F})}});
  EXPECT_EQ(parameters.Check({"logits."}).error().message,
            "extra.bias is not part of the network");
  EXPECT_TRUE(parameters.Check({"logits.", "extra."}));
}

TEST(ImportFacenetPytorch, SaysWhenACheckpointIsOfAnotherNetwork) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.pt", FromHex(kZipCheckpoint)));
  const auto graph = ImportFacenetPytorch(dir / "a.pt");
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(graph.error().message.find("its first tensor is a"),
            std::string::npos)
      << graph.error().message;
}

}  // namespace
}  // namespace mien::nets
