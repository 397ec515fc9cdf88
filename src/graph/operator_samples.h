// SPDX-License-Identifier: Apache-2.0
//
// One small graph per operator and form, for tests and the fuzzer's corpus.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace mien {

/// x -> operator -> y.
struct OperatorSample {
  std::string op_type;

  /// Extents of x and of the first output.
  Shape x;
  Shape y;

  /// Inputs after x.
  std::vector<Tensor> constants = {};
  std::map<std::string, Attribute> attributes = {};
  int opset = kDefaultOpset;
  int num_outputs = 1;
  DataType x_type = DataType::kFloat32;
  DataType y_type = DataType::kFloat32;
};

namespace samples {

using IntList = std::vector<std::int64_t>;
using FloatList = std::vector<float>;

inline Tensor Ints(const IntList& values) {
  return Tensor::Int64({static_cast<std::int64_t>(values.size())}, values);
}

inline Tensor Floats(const FloatList& values) {
  return Tensor::Float({static_cast<std::int64_t>(values.size())}, values);
}

/// 0.5 everywhere.
inline Tensor Filled(const Shape& shape) {
  const std::vector<float> values(static_cast<std::size_t>(NumElements(shape)),
                                  0.5F);
  return Tensor::Float(shape, values);
}

inline std::string Text(const char* text) { return text; }

inline std::int64_t Int(std::int64_t value) { return value; }

/// Operators that keep the extents of x.
inline std::vector<OperatorSample> Elementwise() {
  std::vector<OperatorSample> list;
  for (const char* op :
       {"Abs",       "Ceil",       "Elu",         "Erf",
        "Exp",       "Floor",      "HardSigmoid", "Identity",
        "LeakyRelu", "Log",        "LogSoftmax",  "LpNormalization",
        "Neg",       "Reciprocal", "Relu",        "Round",
        "Sigmoid",   "Sign",       "Softmax",     "Softplus",
        "Sqrt",      "Tanh"}) {
    list.push_back({.op_type = op, .x = {2, 3}, .y = {2, 3}});
  }
  for (const char* op : {"HardSwish", "Gelu", "Mish"}) {
    list.push_back({.op_type = op, .x = {2, 3}, .y = {2, 3}, .opset = 20});
  }
  for (const char* op :
       {"Add", "Div", "Max", "Mean", "Min", "Mul", "Pow", "Sub", "Sum"}) {
    list.push_back({.op_type = op,
                    .x = {2, 1, 3},
                    .y = {2, 4, 3},
                    .constants = {Filled({4, 1})}});
  }
  for (const char* op :
       {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"}) {
    list.push_back({.op_type = op,
                    .x = {2, 3},
                    .y = {2, 3},
                    .constants = {Filled({3})},
                    .y_type = DataType::kBool});
  }
  list.push_back({.op_type = "Softmax",
                  .x = {2, 3, 4},
                  .y = {2, 3, 4},
                  .attributes = {{"axis", Int(1)}},
                  .opset = 11});
  list.push_back({.op_type = "Clip",
                  .x = {2, 3},
                  .y = {2, 3},
                  .attributes = {{"min", 0.0F}, {"max", 6.0F}},
                  .opset = 9});
  list.push_back({.op_type = "Clip",
                  .x = {2, 3},
                  .y = {2, 3},
                  .constants = {Tensor(), Tensor()}});
  list.push_back(
      {.op_type = "Pow", .x = {2, 3}, .y = {2, 3}, .constants = {Ints({2})}});
  list.push_back({.op_type = "PRelu",
                  .x = {1, 3, 2, 2},
                  .y = {1, 3, 2, 2},
                  .constants = {Filled({3, 1, 1})}});
  list.push_back({.op_type = "Dropout", .x = {2, 3}, .y = {2, 3}, .opset = 9});
  list.push_back({.op_type = "Cast",
                  .x = {2, 3},
                  .y = {2, 3},
                  .attributes = {{"to", Int(7)}},
                  .y_type = DataType::kInt64});
  list.push_back({.op_type = "Mod",
                  .x = {3},
                  .y = {3},
                  .constants = {Ints({2})},
                  .x_type = DataType::kInt64,
                  .y_type = DataType::kInt64});
  return list;
}

/// Operators on bools.
inline std::vector<OperatorSample> Logic() {
  const IntList bits = {1, 0};
  const Tensor mask = Tensor::Integers(DataType::kBool, {2}, bits);
  std::vector<OperatorSample> list;
  for (const char* op : {"And", "Or"}) {
    list.push_back({.op_type = op,
                    .x = {3, 2},
                    .y = {3, 2},
                    .constants = {mask},
                    .x_type = DataType::kBool,
                    .y_type = DataType::kBool});
  }
  list.push_back({.op_type = "Not",
                  .x = {2},
                  .y = {2},
                  .x_type = DataType::kBool,
                  .y_type = DataType::kBool});
  list.push_back({.op_type = "Where",
                  .x = {2, 1},
                  .y = {2, 3},
                  .constants = {Filled({3}), Filled({1})},
                  .x_type = DataType::kBool});
  return list;
}

/// Convolutions, poolings, products and normalisations.
inline std::vector<OperatorSample> Layers() {
  const Tensor three = Filled({3});
  return {
      {.op_type = "Conv",
       .x = {2, 4, 7, 8},
       .y = {2, 6, 4, 3},
       .constants = {Filled({6, 2, 3, 3}), Filled({6})},
       .attributes = {{"group", Int(2)},
                      {"strides", IntList{2, 3}},
                      {"pads", IntList{1, 1, 1, 1}}}},
      {.op_type = "Conv",
       .x = {1, 1, 5, 5},
       .y = {1, 1, 3, 3},
       .constants = {Filled({1, 1, 3, 3})},
       .attributes = {{"auto_pad", Text("SAME_UPPER")},
                      {"strides", IntList{2, 2}}}},
      {.op_type = "ConvTranspose",
       .x = {1, 4, 3, 3},
       .y = {1, 2, 6, 6},
       .constants = {Filled({4, 2, 2, 2})},
       .attributes = {{"strides", IntList{2, 2}}}},
      {.op_type = "MaxPool",
       .x = {1, 2, 6, 6},
       .y = {1, 2, 3, 3},
       .attributes = {{"kernel_shape", IntList{3, 3}},
                      {"strides", IntList{2, 2}},
                      {"ceil_mode", Int(1)}}},
      {.op_type = "AveragePool",
       .x = {1, 2, 6, 6},
       .y = {1, 2, 6, 6},
       .attributes = {{"kernel_shape", IntList{3, 3}},
                      {"pads", IntList{1, 1, 1, 1}}}},
      {.op_type = "GlobalAveragePool", .x = {2, 3, 4, 5}, .y = {2, 3, 1, 1}},
      {.op_type = "GlobalMaxPool", .x = {2, 3, 4, 5}, .y = {2, 3, 1, 1}},
      {.op_type = "Gemm",
       .x = {2, 4},
       .y = {2, 3},
       .constants = {Filled({3, 4}), three},
       .attributes = {{"transB", Int(1)}}},
      {.op_type = "MatMul",
       .x = {5, 2, 4},
       .y = {5, 2, 3},
       .constants = {Filled({4, 3})}},
      {.op_type = "BatchNormalization",
       .x = {2, 3, 2, 2},
       .y = {2, 3, 2, 2},
       .constants = {three, three, three, three}},
      {.op_type = "InstanceNormalization",
       .x = {2, 3, 2, 2},
       .y = {2, 3, 2, 2},
       .constants = {three, three}},
      {.op_type = "LayerNormalization",
       .x = {2, 4, 3},
       .y = {2, 4, 3},
       .constants = {three, three},
       .opset = 17},
      {.op_type = "LRN",
       .x = {1, 4, 2, 2},
       .y = {1, 4, 2, 2},
       .attributes = {{"size", Int(3)}}},
  };
}

/// Reductions, as attributes and as inputs.
inline std::vector<OperatorSample> Reductions() {
  std::vector<OperatorSample> list;
  for (const char* op : {"ReduceL1",
                         "ReduceL2",
                         "ReduceMax",
                         "ReduceMean",
                         "ReduceMin",
                         "ReduceProd",
                         "ReduceSumSquare"}) {
    list.push_back({.op_type = op,
                    .x = {2, 3, 4},
                    .y = {2, 1, 4},
                    .attributes = {{"axes", IntList{1}}}});
    list.push_back({.op_type = op,
                    .x = {2, 3, 4},
                    .y = {2, 4},
                    .constants = {Ints({-2})},
                    .attributes = {{"keepdims", Int(0)}},
                    .opset = 18});
  }
  list.push_back({.op_type = "ReduceSum",
                  .x = {2, 3, 4},
                  .y = {2, 1, 1},
                  .constants = {Ints({1, 2})}});
  for (const char* op : {"ArgMax", "ArgMin"}) {
    list.push_back({.op_type = op,
                    .x = {2, 3, 4},
                    .y = {2, 1, 4},
                    .attributes = {{"axis", Int(1)}},
                    .y_type = DataType::kInt64});
  }
  list.push_back({.op_type = "TopK",
                  .x = {2, 5},
                  .y = {2, 3},
                  .constants = {Ints({3})},
                  .num_outputs = 2});
  return list;
}

/// Operators that give elements other extents or another order.
inline std::vector<OperatorSample> Reshapers() {
  return {
      {.op_type = "Reshape",
       .x = {2, 3, 4},
       .y = {2, 2, 6},
       .constants = {Ints({0, 2, -1})}},
      {.op_type = "Flatten",
       .x = {2, 3, 4},
       .y = {6, 4},
       .attributes = {{"axis", Int(2)}}},
      {.op_type = "Squeeze",
       .x = {2, 1, 3, 1},
       .y = {2, 3, 1},
       .constants = {Ints({1})}},
      {.op_type = "Squeeze", .x = {2, 1, 3, 1}, .y = {2, 3}, .opset = 11},
      {.op_type = "Unsqueeze",
       .x = {2, 3},
       .y = {2, 1, 3, 1},
       .attributes = {{"axes", IntList{1, 3}}},
       .opset = 11},
      {.op_type = "Transpose",
       .x = {2, 3, 4},
       .y = {4, 2, 3},
       .attributes = {{"perm", IntList{2, 0, 1}}}},
      {.op_type = "DepthToSpace",
       .x = {1, 8, 2, 3},
       .y = {1, 2, 4, 6},
       .attributes = {{"blocksize", Int(2)}, {"mode", Text("CRD")}}},
      {.op_type = "SpaceToDepth",
       .x = {1, 2, 4, 6},
       .y = {1, 8, 2, 3},
       .attributes = {{"blocksize", Int(2)}}},
      {.op_type = "Concat",
       .x = {2, 3},
       .y = {2, 5},
       .constants = {Filled({2, 2})},
       .attributes = {{"axis", Int(-1)}}},
      {.op_type = "Split",
       .x = {2, 5},
       .y = {2, 2},
       .constants = {Ints({2, 3})},
       .attributes = {{"axis", Int(1)}},
       .num_outputs = 2},
      {.op_type = "Split",
       .x = {5},
       .y = {3},
       .attributes = {{"num_outputs", Int(2)}},
       .opset = 18,
       .num_outputs = 2},
      {.op_type = "Expand",
       .x = {3, 1},
       .y = {2, 3, 4},
       .constants = {Ints({2, 1, 4})}},
      {.op_type = "Tile",
       .x = {2, 3},
       .y = {4, 3},
       .constants = {Ints({2, 1})}},
  };
}

/// Operators that choose or resample elements.
inline std::vector<OperatorSample> Choosers() {
  return {
      {.op_type = "Gather",
       .x = {3, 4},
       .y = {3, 2},
       .constants = {Ints({0, -1})},
       .attributes = {{"axis", Int(1)}}},
      {.op_type = "Slice",
       .x = {4, 6},
       .y = {4, 2},
       .constants = {Ints({5}), Ints({0}), Ints({1}), Ints({-3})}},
      {.op_type = "Slice",
       .x = {4, 6},
       .y = {2, 6},
       .attributes = {{"starts", IntList{1}},
                      {"ends", IntList{3}},
                      {"axes", IntList{0}}},
       .opset = 9},
      {.op_type = "Pad",
       .x = {1, 2, 3},
       .y = {1, 2, 6},
       .constants = {Ints({0, 0, 1, 0, 0, 2})},
       .attributes = {{"mode", Text("reflect")}}},
      {.op_type = "Pad",
       .x = {2, 3},
       .y = {3, 3},
       .attributes = {{"pads", IntList{1, 0, 0, 0}}, {"value", 2.0F}},
       .opset = 9},
      {.op_type = "Resize",
       .x = {1, 2, 3, 4},
       .y = {1, 2, 6, 8},
       .constants = {Floats({}), Floats({1, 1, 2, 2})},
       .attributes = {{"mode", Text("linear")}}},
      {.op_type = "Resize",
       .x = {1, 2, 3, 4},
       .y = {1, 2, 5, 7},
       .constants = {Floats({}), Floats({}), Ints({1, 2, 5, 7})}},
      {.op_type = "Upsample",
       .x = {1, 2, 3, 4},
       .y = {1, 2, 6, 8},
       .constants = {Floats({1, 1, 2, 2})},
       .opset = 9},
      {.op_type = "Shape", .x = {2, 3}, .y = {2}, .y_type = DataType::kInt64},
      {.op_type = "Shape",
       .x = {2, 3, 4},
       .y = {2},
       .attributes = {{"start", Int(1)}},
       .opset = 15,
       .y_type = DataType::kInt64},
      {.op_type = "Size", .x = {2, 3}, .y = {}, .y_type = DataType::kInt64},
  };
}

}  // namespace samples

/// All samples. Range and ConstantOfShape, whose input cannot be x, and
/// Constant are left out.
inline std::vector<OperatorSample> OperatorSamples() {
  std::vector<OperatorSample> all;
  for (const auto& list : {samples::Elementwise(),
                           samples::Logic(),
                           samples::Layers(),
                           samples::Reductions(),
                           samples::Reshapers(),
                           samples::Choosers()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

/// The graph of `sample`; constants without elements stay inputs.
inline Graph SampleGraph(const OperatorSample& sample) {
  Graph graph;
  graph.name = sample.op_type;
  graph.opset = sample.opset;
  graph.inputs = {{.name = "x", .type = sample.x_type, .shape = sample.x}};
  Node node{.name = "node",
            .op_type = sample.op_type,
            .inputs = {"x"},
            .attributes = sample.attributes};
  for (const Tensor& constant : sample.constants) {
    node.inputs.push_back("c" + std::to_string(node.inputs.size()));
    graph.initializers.emplace(node.inputs.back(), constant);
  }
  for (int i = 0; i < sample.num_outputs; ++i) {
    node.outputs.push_back("y" + std::to_string(i));
    graph.outputs.push_back({.name = node.outputs.back()});
  }
  graph.outputs[0].type = sample.y_type;
  graph.outputs[0].shape = sample.y;
  graph.nodes.push_back(std::move(node));
  return graph;
}

}  // namespace mien
