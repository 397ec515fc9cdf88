// SPDX-License-Identifier: Apache-2.0
#include "nets/import.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "core/file.h"
#include "core/temp_dir.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "nets/http_test_server.h"
#include "nets/model_fetch.h"
#include "nets/net_probe.h"
#include "nets/nets.h"
#include "runtime/reference/reference_executor.h"

namespace mien::nets {
namespace {

const std::filesystem::path kMtcnnFolder =
    MIEN_SOURCE_DIR "/../shared/models/mtcnn";

/// The imported checkpoint against the same net exported by PyTorch.
void ExpectEqualOutputs(const std::string& name, const Shape& input) {
  if (!std::filesystem::exists(kMtcnnFolder)) {
    GTEST_SKIP() << "skipped: needs ../shared";
  }
  const auto imported = ImportFacenetPytorch(kMtcnnFolder / (name + ".pt"));
  ASSERT_TRUE(imported) << imported.error().message;
  const auto exported = LoadOnnx(kMtcnnFolder / (name + ".onnx"));
  ASSERT_TRUE(exported) << exported.error().message;
  const auto inputs = FormulaInput(*imported, input);
  const auto ours = RunReference(*imported, inputs);
  ASSERT_TRUE(ours) << ours.error().message;
  const auto theirs = RunReference(*exported, inputs);
  ASSERT_TRUE(theirs) << theirs.error().message;
  ASSERT_EQ(ours->size(), theirs->size());
  for (const auto& [output, tensor] : *theirs) {
    const auto expected = tensor.values<float>();
    const auto actual = ours->at(output).values<float>();
    ASSERT_EQ(actual.size(), expected.size()) << output;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(actual[i], expected[i], 1e-5F) << output << " " << i;
    }
  }
}

TEST(ImportFacenetPytorch, MakesThePnetThatPytorchExports) {
  ExpectEqualOutputs("pnet", {1, 3, 31, 40});
}

TEST(ImportFacenetPytorch, MakesTheRnetThatPytorchExports) {
  ExpectEqualOutputs("rnet", {3, 3, 24, 24});
}

TEST(ImportFacenetPytorch, MakesTheOnetThatPytorchExports) {
  ExpectEqualOutputs("onet", {3, 3, 48, 48});
}

TEST(ImportFacenetPytorch, GivesMtcnnItsContract) {
  const auto graph = ImportFacenetPytorch(kMtcnnFolder / "onet.pt");
  if (!graph && graph.error().code == ErrorCode::kNotFound) {
    GTEST_SKIP() << "skipped: needs ../shared";
  }
  ASSERT_TRUE(graph) << graph.error().message;
  const auto contract = ContractFromGraph(*graph);
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->name, "mtcnn-onet");
  EXPECT_EQ(contract->task, ModelTask::kDetect);
  EXPECT_EQ(contract->input_width, 48);
  EXPECT_EQ(contract->license, "MIT (facenet-pytorch)");
}

TEST(FetchModel, TurnsCheckpointsIntoOnnx) {
  if (!std::filesystem::exists(kMtcnnFolder)) {
    GTEST_SKIP() << "skipped: needs ../shared";
  }
  ::setenv("no_proxy", "127.0.0.1", 1);
  const HttpTestServer server(*ReadTextFile(kMtcnnFolder / "pnet.pt"), {});
  const std::string url = server.Url();
  FetchableModel model = *FindFetchableModel("mtcnn");
  model.files.resize(1);
  model.files[0].url = url;
  const TempDir dir;
  const auto paths = FetchModel(model, dir.path());
  ASSERT_TRUE(paths) << paths.error().message;
  EXPECT_EQ((*paths)[0], dir / "mtcnn-pnet.onnx");
  EXPECT_FALSE(std::filesystem::exists(dir / "mtcnn-pnet.pt"));
  const auto graph = LoadOnnx((*paths)[0]);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(ContractFromGraph(*graph)->name, "mtcnn-pnet");
}

}  // namespace
}  // namespace mien::nets
