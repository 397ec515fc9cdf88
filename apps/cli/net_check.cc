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
#include "runtime/resolve_precision.h"

namespace mien::cli {
namespace {

/// Side of the picture for detectors that take any size: small, for the
/// reference loops are slow.
constexpr int kFreeSidePx = 128;

/// Lowest cosine that fp32 may reach against the reference (docs/precision.md).
constexpr float kMinCosine = 0.9999F;

/// The same where the network rounds inside: a sum that differs in its last bit
/// falls to another integer now and then, and from there on others do.
constexpr float kMinQuantizedCosine = 0.99F;

std::vector<float> RandomInput(std::int64_t count) {
  std::mt19937 random(20240615);
  std::uniform_real_distribution<float> level(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(count));
  std::ranges::generate(values, [&] { return level(random); });
  return values;
}

using Outputs = std::vector<std::vector<float>>;
using Shapes = std::map<std::string, Shape>;

std::map<std::string, Tensor> RandomInputs(const Graph& graph,
                                           const Shapes& shapes) {
  std::map<std::string, Tensor> inputs;
  for (const ValueInfo& input : graph.inputs) {
    const Shape& shape = shapes.at(input.name);
    inputs.insert_or_assign(
        input.name, Tensor::Float(shape, RandomInput(NumElements(shape))));
  }
  return inputs;
}

Result<Outputs> RunCompiled(const Graph& graph, const Shapes& shapes) {
  MIEN_ASSIGN_OR_RETURN(const std::shared_ptr<const CompiledNet> net,
                        CompiledNet::Compile(graph,
                                             {.input_shapes = shapes,
                                              .precision = Precision::kFloat32,
                                              .num_threads = 1}));
  Workspace workspace = net->CreateWorkspace();
  const std::map<std::string, Tensor> inputs = RandomInputs(graph, shapes);
  for (std::size_t i = 0; i < net->inputs().size(); ++i) {
    std::ranges::copy(inputs.at(net->inputs()[i].name).values<float>(),
                      workspace.input(i).begin());
  }
  net->Run(workspace);
  Outputs outputs;
  for (std::size_t i = 0; i < net->outputs().size(); ++i) {
    const std::span<const float> output = workspace.output(i);
    outputs.emplace_back(output.begin(), output.end());
  }
  return outputs;
}

float LowestCosine(const Outputs& a, const Outputs& b) {
  float lowest = 1.0F;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!a[i].empty()) {
      lowest = std::min(lowest, CosineSimilarity(a[i], b[i]));
    }
  }
  return lowest;
}

Result<float> CosineToReference(const Graph& graph, const Shapes& shapes) {
  MIEN_ASSIGN_OR_RETURN(const Outputs outputs, RunCompiled(graph, shapes));
  MIEN_ASSIGN_OR_RETURN(const auto expected,
                        RunReference(graph, RandomInputs(graph, shapes)));
  Outputs reference;
  for (const ValueInfo& output : graph.outputs) {
    reference.push_back(expected.at(output.name).ToFloats());
  }
  return LowestCosine(outputs, reference);
}

/// Extents for one input, of the contract's size where there is a contract.
Result<Shapes> ShapesOf(const Graph& graph, NetCheck& check) {
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
  return FillShapes(graph, 1, width, height);
}

Result<NetCheck> CheckGraph(const Graph& graph) {
  MIEN_RETURN_IF_ERROR(graph.Validate());
  NetCheck check;
  MIEN_ASSIGN_OR_RETURN(const Shapes shapes, ShapesOf(graph, check));
  MIEN_ASSIGN_OR_RETURN(check.cosine, CosineToReference(graph, shapes));
  const float least =
      IsQuantized(graph) == Quantized::kYes ? kMinQuantizedCosine : kMinCosine;
  if (!(check.cosine >= least)) {
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

Result<float> CompareNets(const Graph& a, const Graph& b) {
  NetCheck unused;
  MIEN_ASSIGN_OR_RETURN(const Shapes shapes, ShapesOf(a, unused));
  MIEN_ASSIGN_OR_RETURN(const Outputs outputs_a, RunCompiled(a, shapes));
  MIEN_ASSIGN_OR_RETURN(const Outputs outputs_b, RunCompiled(b, shapes));
  return LowestCosine(outputs_a, outputs_b);
}

}  // namespace mien::cli
