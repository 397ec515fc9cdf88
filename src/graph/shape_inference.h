// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "mien/result.h"

namespace mien {

/// Most elements that a value may have: 8 GiB of float32. Bounds what a hostile
/// file can make an executor allocate.
inline constexpr std::int64_t kMostElements = std::int64_t{1} << 31;

/// Most elements that all computed values may have together. An executor that
/// reuses memory needs far less.
inline constexpr std::int64_t kMostElementsInAll = std::int64_t{1} << 34;

/// What InferShapes() learns about a graph.
struct InferredShapes {
  /// Every value of the graph in canonical form (see Canonicalize()) that
  /// reaches an output, inputs and initializers included.
  std::map<std::string, ValueType> types;

  /// Values that the input extents alone determine (results of Shape and of
  /// arithmetic on it) and that are integers or bools of at most 4096 elements;
  /// results of initializers alone are among them.
  std::map<std::string, Tensor> constants;
};

/// Computes the type and extents of every value of `graph`, for inputs of the
/// given extents; inputs not in `input_shapes` must have none that are dynamic.
///
/// Errors:
/// - kInvalidArgument: an input with a dynamic extent is missing, or a given
///   extent contradicts the graph's.
/// - kUnsupported: names node, operator and opset.
/// - kCorruptModel: a value of more than kMostElements, or all computed ones of
///   more than kMostElementsInAll; otherwise names the
///   node and both shapes that do not fit:
///   `repeat_2.3/conv2d: expects 896 channels, got 256`.
Result<InferredShapes> InferShapes(
    const Graph& graph, const std::map<std::string, Shape>& input_shapes);

/// Sets type, extents and names of extents of the outputs of `graph`, free ones
/// included: an extent is free when it changes with a free one of the inputs.
/// Outputs stay as they are when InferShapes() fails for input sides of both
/// 320 and 640.
void DescribeOutputs(Graph& graph);

}  // namespace mien
