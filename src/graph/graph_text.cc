// SPDX-License-Identifier: Apache-2.0
#include "graph/graph_text.h"

#include <string_view>

namespace mien {
namespace {

std::string ShapeOf(const std::string& value, const InferredShapes& shapes) {
  const auto type = shapes.types.find(value);
  return type == shapes.types.end() ? "" : " " + ShapeText(type->second.shape);
}

/// Scalars are shown by their value, larger constants by their extents.
std::string ConstantText(const std::string& name, const Tensor& tensor) {
  if (NumElements(tensor.shape()) == 1) {
    std::string number = std::to_string(tensor.ToFloats().front());
    number.erase(number.find_last_not_of('0') + 1);
    return number.ends_with('.') ? number + "0" : number;
  }
  return name + " " + ShapeText(tensor.shape());
}

std::string InputsText(const Graph& graph, const Node& node) {
  std::string text;
  for (const std::string& input : node.inputs) {
    const Tensor* constant = graph.FindInitializer(input);
    text += text.empty() ? "" : ", ";
    text += input.empty()         ? "-"
            : constant != nullptr ? ConstantText(input, *constant)
                                  : input;
  }
  return text;
}

}  // namespace

std::string GraphText(const Graph& graph, const InferredShapes& shapes) {
  std::string text;
  for (const ValueInfo& input : graph.inputs) {
    text += input.name + "  " + ShapeText(input.shape) + "\n";
  }
  for (const Node& node : graph.nodes) {
    std::string outputs;
    for (const std::string& output : node.outputs) {
      if (!output.empty()) {
        outputs += outputs.empty() ? "" : ", ";
        outputs += output + ShapeOf(output, shapes);
      }
    }
    text += outputs + " = " + (node.domain.empty() ? "" : node.domain + ".") +
            node.op_type + "(" + InputsText(graph, node) + ")";
    const std::string activation = node.String("activation", "");
    text += (activation.empty() ? "" : " " + activation) + "\n";
  }
  for (const ValueInfo& output : graph.outputs) {
    text += "output " + output.name + ShapeOf(output.name, shapes) + "\n";
  }
  return text;
}

}  // namespace mien
