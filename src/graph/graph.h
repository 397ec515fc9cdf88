// SPDX-License-Identifier: Apache-2.0
//
// A network as data: ONNX's operators and names, without its protobufs. Depends
// on core only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/tensor.h"
#include "mien/result.h"

namespace mien {

/// Opset of the graphs that mien itself builds and writes.
inline constexpr int kDefaultOpset = 13;

/// Domain of operators that exist only inside the runtime, after its passes;
/// never in a file. ONNX's own domain is "".
inline constexpr std::string_view kMienDomain = "mien";

using Attribute = std::variant<std::int64_t,
                               float,
                               std::string,
                               Tensor,
                               std::vector<std::int64_t>,
                               std::vector<float>,
                               std::vector<std::string>>;

/// One operator applied. Values are known by name; an empty input name is an
/// optional input left out.
///
/// The `= {}` here and below let a designated initialiser leave members out.
struct Node {
  std::string name = {};
  std::string op_type = {};
  std::string domain = {};
  std::vector<std::string> inputs = {};
  std::vector<std::string> outputs = {};
  std::map<std::string, Attribute> attributes = {};

  /// The attribute, or `fallback` when absent or of another type.
  [[nodiscard]] std::int64_t Int(std::string_view key,
                                 std::int64_t fallback) const;
  [[nodiscard]] float Float(std::string_view key, float fallback) const;
  [[nodiscard]] std::string String(std::string_view key,
                                   std::string_view fallback) const;
  [[nodiscard]] std::vector<std::int64_t> Ints(
      std::string_view key, std::vector<std::int64_t> fallback) const;
  [[nodiscard]] std::vector<float> Floats(std::string_view key,
                                          std::vector<float> fallback) const;

  [[nodiscard]] bool Has(std::string_view key) const;

  /// The name of input `i`, or "" when there is none.
  [[nodiscard]] const std::string& Input(std::size_t i) const;

  [[nodiscard]] bool Is(std::string_view type,
                        std::string_view of_domain = "") const {
    return op_type == type && domain == of_domain;
  }
};

/// An input or output of a graph.
struct ValueInfo {
  std::string name = {};
  DataType type = DataType::kFloat32;

  /// kDynamicDim where the extent is free.
  Shape shape = {};

  /// One per extent, the file's name for a free one ("batch"), "" otherwise;
  /// may be empty altogether.
  std::vector<std::string> dim_names = {};
};

/// A network. Nodes stand in an order in which each uses only values made
/// before it; every value is made once.
struct Graph {
  std::string name;
  int opset = kDefaultOpset;

  /// In topological order.
  std::vector<Node> nodes;

  /// Constants by value name.
  std::map<std::string, Tensor> initializers;

  /// Without the initializers.
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;

  /// ONNX metadata_props, `mien.*` among them.
  std::map<std::string, std::string> metadata;

  [[nodiscard]] const Tensor* FindInitializer(std::string_view value) const;

  /// Index of the node that makes `value`, if a node does.
  [[nodiscard]] std::optional<std::size_t> Producer(
      std::string_view value) const;

  /// Indices of the nodes that read `value`, each once.
  [[nodiscard]] std::vector<std::size_t> Consumers(
      std::string_view value) const;

  [[nodiscard]] bool IsOutput(std::string_view value) const;

  /// Checks names, order and that every input of every node exists.
  ///
  /// Errors:
  /// - kCorruptModel: names the first node and value that are wrong.
  [[nodiscard]] Result<void> Validate() const;
};

/// Type and extents of a value.
struct ValueType {
  DataType type = DataType::kFloat32;
  Shape shape;

  friend bool operator==(const ValueType&, const ValueType&) = default;
};

/// "conv2d_1a.conv (Conv, opset 13)" for messages.
std::string DescribeNode(const Node& node, int opset);

}  // namespace mien
