// SPDX-License-Identifier: Apache-2.0
#include "detect/mtcnn_stage.h"

#include <algorithm>
#include <cstdint>

#include "detect/pnet.h"

namespace mien {
namespace {

// Whether there is an output `name` with a row of `columns` numbers for each
// crop. Files may leave either extent open.
bool HasRowPerCrop(const Graph& graph,
                   std::string_view name,
                   std::int64_t columns) {
  const auto output = std::ranges::find(graph.outputs, name, &ValueInfo::name);
  return output != graph.outputs.end() && output->shape.size() == 2 &&
         (output->shape[1] == columns || output->shape[1] == kDynamicDim);
}

}  // namespace

std::string_view MtcnnStage(const Graph& graph) {
  if (PnetWeightsFromGraph(graph)) {
    return "P-Net";
  }
  if (graph.inputs.size() != 1 || !HasRowPerCrop(graph, "score", 2) ||
      !HasRowPerCrop(graph, "box", 4)) {
    return "";
  }
  return HasRowPerCrop(graph, "landmarks", 10) ? "O-Net" : "R-Net";
}

}  // namespace mien
