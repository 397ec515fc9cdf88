// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "graph/opset.h"
#include "graph/shape_inference.h"
#include "runtime/passes/fold_constants.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/pass.h"

namespace mien {

Result<Graph> Specialize(const Graph& graph,
                         const std::map<std::string, Shape>& input_shapes) {
  MIEN_ASSIGN_OR_RETURN(Graph fixed, Canonicalize(graph));
  MIEN_ASSIGN_OR_RETURN(const InferredShapes inferred,
                        InferShapes(fixed, input_shapes));
  for (std::vector<ValueInfo>* values : {&fixed.inputs, &fixed.outputs}) {
    for (ValueInfo& value : *values) {
      // Files may state another type of an output than its node makes.
      value.type = inferred.types.at(value.name).type;
      value.shape = inferred.types.at(value.name).shape;
      value.dim_names.assign(value.shape.size(), "");
    }
  }
  GraphEditor editor(std::move(fixed));
  for (const auto& [value, tensor] : inferred.constants) {
    const auto maker = editor.Maker(value);
    if (maker && editor.node(*maker).outputs.size() == 1) {
      editor.Remove(*maker);
      editor.SetConstant(value, tensor);
    }
  }
  return FoldConstants(std::move(editor).Finish());
}

}  // namespace mien
