// SPDX-License-Identifier: Apache-2.0
#include "graph/shape_inference.h"

#include <algorithm>
#include <utility>

#include "graph/opset.h"
#include "graph/shapes/evaluate.h"
#include "graph/shapes/shape_rule.h"

namespace mien {
namespace {

bool IsInteger(DataType type) {
  return type != DataType::kFloat32 && type != DataType::kFloat16 &&
         type != DataType::kBfloat16 && type != DataType::kFloat64;
}

/// Whether a value of `shape` may be allocated. Extents of 0 count as 1, so
/// that no other extent grows without bound.
bool IsBounded(const Shape& shape) {
  Shape nonzero = shape;
  std::ranges::replace(nonzero, 0, 1);
  const auto count = CheckedNumElements(nonzero);
  return count && *count <= kMostElements;
}

Error Invalid(std::string what) {
  return {ErrorCode::kInvalidArgument, std::move(what)};
}

/// The extents that input `info` gets.
Result<Shape> InputShape(const ValueInfo& info,
                         const std::map<std::string, Shape>& input_shapes) {
  const auto given = input_shapes.find(info.name);
  const Shape shape = given == input_shapes.end() ? info.shape : given->second;
  bool is_fitting = shape.size() == info.shape.size();
  for (std::size_t i = 0; is_fitting && i < shape.size(); ++i) {
    is_fitting = shape[i] == info.shape[i] || info.shape[i] == kDynamicDim;
  }
  const bool is_fixed =
      std::ranges::all_of(shape, [](std::int64_t e) { return e > 0; });
  if (!is_fitting || !is_fixed) {
    return Invalid("input '" + info.name + "' is " + ShapeText(shape) +
                   "; must fit " + ShapeText(info.shape) +
                   " with every extent >= 1");
  }
  if (!IsBounded(shape)) {
    return Invalid("input '" + info.name + "' is " + ShapeText(shape) +
                   "; must have at most " + std::to_string(kMostElements) +
                   " elements");
  }
  return shape;
}

/// Infers one graph in canonical form, node by node.
class Inference {
 public:
  explicit Inference(const Graph& graph) : graph_(graph) {}

  Result<void> AddInputs(const std::map<std::string, Shape>& input_shapes) {
    for (const auto& [name, shape] : input_shapes) {
      if (std::ranges::find(graph_.inputs, name, &ValueInfo::name) ==
          graph_.inputs.end()) {
        return Invalid("the graph has no input '" + name + "'");
      }
    }
    for (const ValueInfo& info : graph_.inputs) {
      MIEN_ASSIGN_OR_RETURN(Shape shape, InputShape(info, input_shapes));
      result_.types[info.name] = {info.type, std::move(shape)};
    }
    return {};
  }

  Result<void> AddInitializers() {
    for (const auto& [name, tensor] : graph_.initializers) {
      if (!IsBounded(tensor.shape())) {
        return Error{ErrorCode::kCorruptModel,
                     "tensor '" + name + "' is " + ShapeText(tensor.shape())};
      }
      result_.types[name] = {tensor.type(), tensor.shape()};
    }
    return {};
  }

  Result<void> AddNode(const Node& node) {
    const NodeContext context = MakeContext(node);
    const ShapeRule rule = FindShapeRule(node);
    if (rule == nullptr) {
      return context.Unsupported("operator is not supported");
    }
    MIEN_ASSIGN_OR_RETURN(ValueTypes types, rule(context));
    for (const ValueType& type : types) {
      MIEN_RETURN_IF_ERROR(CheckSize(context, type.shape));
    }
    std::vector<Tensor> values = EvaluateSmall(context, types);
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (node.outputs[i].empty()) {
        continue;
      }
      if (i < values.size()) {
        known_.insert_or_assign(node.outputs[i], std::move(values[i]));
      }
      result_.types[node.outputs[i]] = std::move(types[i]);
    }
    return {};
  }

  InferredShapes Finish() && {
    for (auto& [name, tensor] : known_) {
      if (IsInteger(tensor.type())) {
        result_.constants.emplace(name, std::move(tensor));
      }
    }
    return std::move(result_);
  }

 private:
  Result<void> CheckSize(const NodeContext& context, const Shape& shape) {
    if (!IsBounded(shape)) {
      return context.Corrupt("makes " + ShapeText(shape) + ", more than " +
                             std::to_string(kMostElements) + " elements");
    }
    num_elements_ += NumElements(shape);
    if (num_elements_ > kMostElementsInAll) {
      return context.Corrupt("brings all values to more than " +
                             std::to_string(kMostElementsInAll) + " elements");
    }
    return {};
  }

  NodeContext MakeContext(const Node& node) const {
    NodeContext context{node, graph_.opset, {}, {}};
    for (const std::string& input : node.inputs) {
      const auto type = result_.types.find(input);
      const bool is_given = !input.empty() && type != result_.types.end();
      context.inputs.push_back(is_given ? &type->second : nullptr);
      const auto known = known_.find(input);
      context.constants.push_back(known != known_.end()
                                      ? &known->second
                                      : graph_.FindInitializer(input));
    }
    return context;
  }

  const Graph& graph_;
  InferredShapes result_;
  std::map<std::string, Tensor> known_;  ///< values computed from extents
  std::int64_t num_elements_ = 0;        ///< of all computed values
};

/// Extents for the inputs of `graph`: `batch` for a free first extent, `side`
/// for other free ones.
std::map<std::string, Shape> ProbeShapes(const Graph& graph,
                                         std::int64_t batch,
                                         std::int64_t side) {
  std::map<std::string, Shape> shapes;
  for (const ValueInfo& input : graph.inputs) {
    Shape& shape = shapes[input.name];
    shape = input.shape;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == kDynamicDim) {
        shape[i] = i == 0 ? batch : side;
      }
    }
  }
  return shapes;
}

/// What the inputs call their free first extent.
std::string BatchName(const Graph& graph) {
  for (const ValueInfo& input : graph.inputs) {
    if (!input.shape.empty() && input.shape[0] == kDynamicDim &&
        !input.dim_names.empty()) {
      return input.dim_names[0];
    }
  }
  return "";
}

}  // namespace

Result<InferredShapes> InferShapes(
    const Graph& graph, const std::map<std::string, Shape>& input_shapes) {
  MIEN_ASSIGN_OR_RETURN(const Graph canonical, Canonicalize(graph));
  Inference inference(canonical);
  MIEN_RETURN_IF_ERROR(inference.AddInputs(input_shapes));
  MIEN_RETURN_IF_ERROR(inference.AddInitializers());
  for (const Node& node : canonical.nodes) {
    MIEN_RETURN_IF_ERROR(inference.AddNode(node));
  }
  return std::move(inference).Finish();
}

void DescribeOutputs(Graph& graph) {
  const auto one = InferShapes(graph, ProbeShapes(graph, 1, 320));
  const auto two = InferShapes(graph, ProbeShapes(graph, 2, 640));
  if (!one || !two) {
    return;
  }
  for (ValueInfo& output : graph.outputs) {
    const ValueType& type = one->types.at(output.name);
    const Shape& other = two->types.at(output.name).shape;
    output.type = type.type;
    output.shape = type.shape;
    output.dim_names.assign(output.shape.size(), "");
    for (std::size_t i = 0; i < output.shape.size(); ++i) {
      if (output.shape[i] != other[i]) {
        output.shape[i] = kDynamicDim;
        output.dim_names[i] = i == 0 ? BatchName(graph) : "";
      }
    }
  }
}

}  // namespace mien
