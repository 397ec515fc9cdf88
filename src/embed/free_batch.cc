// SPDX-License-Identifier: Apache-2.0
#include "embed/free_batch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/shape_inference.h"
#include "graph/tensor.h"

namespace mien {
namespace {

using Axes = std::vector<std::int64_t>;

/// Operators that work on each sample of their first input alone; the others
/// are parameters.
constexpr std::array kPerSample =
    std::to_array<std::string_view>({"Abs",
                                     "AveragePool",
                                     "BatchNormalization",
                                     "Cast",
                                     "Clip",
                                     "Conv",
                                     "DequantizeLinear",
                                     "Dropout",
                                     "ConvTranspose",
                                     "DepthToSpace",
                                     "Elu",
                                     "Erf",
                                     "Exp",
                                     "Gelu",
                                     "GlobalAveragePool",
                                     "GlobalMaxPool",
                                     "HardSigmoid",
                                     "HardSwish",
                                     "Identity",
                                     "LRN",
                                     "InstanceNormalization",
                                     "LeakyRelu",
                                     "MaxPool",
                                     "Neg",
                                     "QuantizeLinear",
                                     "Relu",
                                     "Resize",
                                     "Selu",
                                     "Sigmoid",
                                     "Softplus",
                                     "SpaceToDepth",
                                     "Sqrt",
                                     "Tanh",
                                     "Upsample"});

constexpr std::array kBroadcasting = std::to_array<std::string_view>(
    {"Add", "Div", "Max", "Min", "Mul", "PRelu", "Pow", "Sub"});

/// Operators that work along one axis, with its default.
constexpr std::array kAlongAxis =
    std::to_array<std::pair<std::string_view, std::int64_t>>(
        {{"Concat", 0},
         {"LogSoftmax", 1},
         {"LpNormalization", -1},
         {"Softmax", 1},
         {"Split", 0}});

/// Operators that name several axes, in an attribute or their second input.
constexpr std::array kAlongAxes =
    std::to_array<std::string_view>({"ReduceL1",
                                     "ReduceL2",
                                     "ReduceMax",
                                     "ReduceMean",
                                     "ReduceMin",
                                     "ReduceSum",
                                     "ReduceSumSquare",
                                     "Squeeze",
                                     "Unsqueeze"});

bool Contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::map<std::string, Shape> InputShapes(const Graph& graph,
                                         std::int64_t batch) {
  std::map<std::string, Shape> shapes;
  for (const ValueInfo& input : graph.inputs) {
    shapes[input.name] = input.shape;
    shapes[input.name].front() = batch;
  }
  return shapes;
}

/// Follows the batch through a graph, rewriting what fixes it.
class BatchTracer {
 public:
  BatchTracer(Graph& graph, const InferredShapes& at_batch_1)
      : graph_(graph), types_(at_batch_1.types) {
    for (const ValueInfo& input : graph.inputs) {
      batched_.insert(input.name);
    }
  }

  /// False when `node` may mix samples.
  bool Trace(Node& node) {
    const bool reads_batch = std::ranges::any_of(
        node.inputs, [this](const std::string& i) { return Batched(i); });
    if (!reads_batch || node.Is("Shape")) {
      return true;
    }
    if (!node.domain.empty() || !KeepsSamplesApart(node)) {
      return false;
    }
    batched_.insert(node.outputs.begin(), node.outputs.end());
    return true;
  }

  [[nodiscard]] bool Batched(const std::string& value) const {
    return batched_.contains(value);
  }

  [[nodiscard]] const std::set<std::string>& batched() const {
    return batched_;
  }

 private:
  [[nodiscard]] std::int64_t Rank(const std::string& value) const {
    const auto type = types_.find(value);
    return type == types_.end()
               ? 0
               : static_cast<std::int64_t>(type->second.shape.size());
  }

  /// Only input 0 carries the batch.
  [[nodiscard]] bool OnlyFirstBatched(const Node& node) const {
    return Batched(node.Input(0)) &&
           std::none_of(node.inputs.begin() + 1,
                        node.inputs.end(),
                        [this](const std::string& i) { return Batched(i); });
  }

  [[nodiscard]] bool IsBatchAxis(std::int64_t axis,
                                 const std::string& value) const {
    return axis == 0 || axis == -Rank(value);
  }

  /// Integers given as attribute `key` or as constant input `i`.
  [[nodiscard]] std::optional<Axes> Constants(const Node& node,
                                              std::string_view key,
                                              std::size_t i) const {
    if (node.Has(key)) {
      return node.Ints(key, {});
    }
    const Tensor* tensor = graph_.FindInitializer(node.Input(i));
    return tensor == nullptr ? std::nullopt : std::optional(tensor->ToInts());
  }

  bool KeepsSamplesApart(Node& node) {
    const std::string_view op = node.op_type;
    if (Contains(kPerSample, op)) {
      return OnlyFirstBatched(node);
    }
    if (Contains(kBroadcasting, op)) {
      return BroadcastsPerSample(node);
    }
    if (Contains(kAlongAxes, op)) {
      return AxesSpareBatch(node, Constants(node, "axes", 1));
    }
    for (const auto& [name, fallback] : kAlongAxis) {
      if (op == name) {
        return AllBatched(node) &&
               !IsBatchAxis(node.Int("axis", fallback), node.Input(0));
      }
    }
    if (op == "Slice") {
      return AxesSpareBatch(node, Constants(node, "axes", 3));
    }
    if (op == "Gemm" || op == "MatMul") {
      return OnlyFirstBatched(node) && node.Int("transA", 0) == 0 &&
             Rank(node.Input(0)) >= 2;
    }
    if (op == "Flatten") {
      return node.Int("axis", 1) == 1;
    }
    if (op == "Transpose") {
      const Axes permutation = node.Ints("perm", {});
      return !permutation.empty() && permutation.front() == 0;
    }
    return op == "Reshape" ? FreeReshape(node)
                           : op == "Pad" && PadsWithinSample(node);
  }

  /// Operands that are no parameters must all carry the batch: Concat's parts.
  /// Split's second input is a list of sizes.
  [[nodiscard]] bool AllBatched(const Node& node) const {
    return node.op_type == "Concat"
               ? std::ranges::all_of(
                     node.inputs,
                     [this](const std::string& i) { return Batched(i); })
               : OnlyFirstBatched(node);
  }

  /// Each operand carries the batch, or is the same for every sample.
  [[nodiscard]] bool BroadcastsPerSample(const Node& node) const {
    const std::int64_t rank = Rank(node.outputs.front());
    return std::ranges::all_of(node.inputs, [&](const std::string& input) {
      if (Batched(input)) {
        return Rank(input) == rank;
      }
      const auto type = types_.find(input);
      return Rank(input) < rank ||
             (type != types_.end() && type->second.shape.front() == 1);
    });
  }

  [[nodiscard]] bool AxesSpareBatch(const Node& node,
                                    const std::optional<Axes>& axes) const {
    return OnlyFirstBatched(node) && axes && !axes->empty() &&
           std::ranges::none_of(*axes, [&](std::int64_t axis) {
             return IsBatchAxis(axis, node.Input(0));
           });
  }

  [[nodiscard]] bool PadsWithinSample(const Node& node) const {
    const std::optional<Axes> pads = Constants(node, "pads", 1);
    return OnlyFirstBatched(node) && node.inputs.size() < 4 && pads &&
           pads->size() >= 2 && pads->front() == 0 &&
           (*pads)[pads->size() / 2] == 0;
  }

  /// A target that begins with a constant 1 is made to begin with 0, which
  /// takes the extent from the input. A target computed from Shape is left to
  /// the check of shapes at the end.
  bool FreeReshape(Node& node) {
    const Tensor* target = graph_.FindInitializer(node.Input(1));
    if (!OnlyFirstBatched(node)) {
      return false;
    }
    if (target == nullptr) {
      return true;
    }
    Axes shape = target->ToInts();
    if (shape.empty() || node.Int("allowzero", 0) != 0) {
      return false;
    }
    if (shape.front() == 1) {
      shape.front() = 0;
      // Named after the node's own output, for others may share the target.
      std::string name = node.outputs.front() + "/batch_free_shape";
      graph_.initializers.insert_or_assign(
          name,
          Tensor::Int64({static_cast<std::int64_t>(shape.size())}, shape));
      node.inputs[1] = std::move(name);
    }
    return shape.front() == 0 || shape.front() == -1;
  }

  Graph& graph_;
  const std::map<std::string, ValueType>& types_;
  std::set<std::string> batched_;
};

/// Whether at batch 3 every batched value is three times its batch-1 self.
Result<void> CheckShapes(const Graph& graph,
                         const InferredShapes& at_batch_1,
                         const std::set<std::string>& batched) {
  constexpr std::int64_t kBatch = 3;
  MIEN_ASSIGN_OR_RETURN(const InferredShapes inferred,
                        InferShapes(graph, InputShapes(graph, kBatch)));
  for (const std::string& value : batched) {
    const auto type = inferred.types.find(value);
    const auto single = at_batch_1.types.find(value);
    if (type == inferred.types.end() || single == at_batch_1.types.end()) {
      continue;  // an optional output that nothing reads
    }
    Shape expected = single->second.shape;
    if (expected.empty() || expected.front() != 1) {
      return Error{ErrorCode::kUnsupported,
                   value + ": its first extent is not the batch"};
    }
    expected.front() = kBatch;
    if (type->second.shape != expected) {
      return Error{ErrorCode::kUnsupported,
                   value + ": is " + ShapeText(type->second.shape) +
                       " at batch 3, not " + ShapeText(expected)};
    }
  }
  return {};
}

/// Whether the file leaves the batch free (true), fixes it to 1 (false), or is
/// of another kind.
Result<bool> HasFreeBatch(const Graph& graph) {
  bool all_free = true;
  for (const ValueInfo& input : graph.inputs) {
    const std::int64_t batch = input.shape.empty() ? 0 : input.shape.front();
    if (batch != 1 && batch != kDynamicDim) {
      return Error{ErrorCode::kUnsupported,
                   "input " + input.name + " is " + ShapeText(input.shape) +
                       "; its first extent must be 1 or free"};
    }
    all_free = all_free && batch == kDynamicDim;
  }
  return all_free;
}

}  // namespace

Result<Graph> FreeBatch(Graph graph) {
  MIEN_ASSIGN_OR_RETURN(const bool already_free, HasFreeBatch(graph));
  if (already_free) {
    return graph;
  }
  MIEN_ASSIGN_OR_RETURN(const InferredShapes at_batch_1,
                        InferShapes(graph, InputShapes(graph, 1)));
  BatchTracer tracer(graph, at_batch_1);
  for (Node& node : graph.nodes) {
    if (!tracer.Trace(node)) {
      return Error{ErrorCode::kUnsupported,
                   DescribeNode(node, graph.opset) +
                       ": not known to keep the samples of a batch apart"};
    }
  }
  for (std::vector<ValueInfo>* values : {&graph.inputs, &graph.outputs}) {
    for (ValueInfo& value : *values) {
      if (!tracer.Batched(value.name) || value.shape.empty()) {
        return Error{ErrorCode::kUnsupported,
                     "output " + value.name + " does not depend on the input"};
      }
      value.shape.front() = kDynamicDim;
      if (!value.dim_names.empty()) {
        value.dim_names.front() = "batch";
      }
    }
  }
  MIEN_RETURN_IF_ERROR(CheckShapes(graph, at_batch_1, tracer.batched()));
  return graph;
}

}  // namespace mien
