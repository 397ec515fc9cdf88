// SPDX-License-Identifier: Apache-2.0
#include "net_check.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "mien/embedding.h"
#include "net_report.h"
#include "runtime/compiled_net.h"
#include "runtime/reference/reference_executor.h"

namespace mien::cli {
namespace {

/// Side of the picture for detectors that take any size: small, for the
/// reference loops are slow.
constexpr int kFreeSidePx = 128;

/// Lowest cosine that fp32 may reach against the reference (docs/precision.md).
constexpr float kMinCosine = 0.9999F;

std::vector<float> RandomInput(std::int64_t count) {
  std::mt19937 random(20240615);
  std::uniform_real_distribution<float> level(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(count));
  std::ranges::generate(values, [&] { return level(random); });
  return values;
}

Result<float> LowestCosine(const Graph& graph,
                           const std::map<std::string, Shape>& shapes) {
  MIEN_ASSIGN_OR_RETURN(const std::shared_ptr<const CompiledNet> net,
                        CompiledNet::Compile(graph,
                                             {.input_shapes = shapes,
                                              .precision = Precision::kFloat32,
                                              .num_threads = 1}));
  Workspace workspace = net->CreateWorkspace();
  std::map<std::string, Tensor> inputs;
  for (std::size_t i = 0; i < net->inputs().size(); ++i) {
    const ValueInfo& input = net->inputs()[i];
    const std::vector<float> values = RandomInput(NumElements(input.shape));
    std::ranges::copy(values, workspace.input(i).begin());
    inputs.insert_or_assign(input.name, Tensor::Float(input.shape, values));
  }
  net->Run(workspace);
  MIEN_ASSIGN_OR_RETURN(const auto expected, RunReference(graph, inputs));
  float lowest = 1.0F;
  for (std::size_t i = 0; i < net->outputs().size(); ++i) {
    const std::vector<float> reference =
        expected.at(net->outputs()[i].name).ToFloats();
    if (!reference.empty()) {
      lowest =
          std::min(lowest, CosineSimilarity(workspace.output(i), reference));
    }
  }
  return lowest;
}

Result<NetCheck> CheckGraph(const Graph& graph) {
  MIEN_RETURN_IF_ERROR(graph.Validate());
  NetCheck check;
  int width = kFreeSidePx;
  int height = kFreeSidePx;
  const Result<ModelContract> contract = ContractFromGraph(graph);
  if (contract) {
    check.model_id = contract->id;
    width = contract->input_width > 0 ? contract->input_width : width;
    height = contract->input_height > 0 ? contract->input_height : height;
  } else if (contract.error().code != ErrorCode::kNotFound) {
    return contract.error();
  }
  MIEN_ASSIGN_OR_RETURN(const auto shapes, FillShapes(graph, 1, width, height));
  MIEN_ASSIGN_OR_RETURN(check.cosine, LowestCosine(graph, shapes));
  if (!(check.cosine >= kMinCosine)) {
    return Error{ErrorCode::kCorruptModel,
                 "compiled and reference outputs differ: cosine " +
                     std::to_string(check.cosine)};
  }
  return check;
}

}  // namespace

Result<NetCheck> CheckNet(const std::filesystem::path& file) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(file));
  Result<NetCheck> check = CheckGraph(graph);
  return check ? std::move(check) : check.error().WithContext(file.string());
}

}  // namespace mien::cli
