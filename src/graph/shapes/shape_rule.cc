// SPDX-License-Identifier: Apache-2.0
#include "graph/shapes/shape_rule.h"

#include <algorithm>

#include "graph/slicing.h"

namespace mien {
namespace {

std::string NodeName(const Node& node) {
  if (!node.name.empty()) {
    return node.name;
  }
  const auto named = std::ranges::find_if(
      node.outputs, [](const std::string& output) { return !output.empty(); });
  return named == node.outputs.end() ? node.op_type : *named;
}

}  // namespace

Error NodeContext::Corrupt(const std::string& what) const {
  return {ErrorCode::kCorruptModel, NodeName(node) + ": " + what};
}

Error NodeContext::Unsupported(const std::string& what) const {
  return {ErrorCode::kUnsupported, DescribeNode(node, opset) + ": " + what};
}

Result<std::vector<std::int64_t>> NodeContext::Integers(std::size_t i) const {
  MIEN_RETURN_IF_ERROR(CheckType(i, {DataType::kInt64, DataType::kInt32}));
  if (shape(i).size() > 1) {
    return Corrupt("expects a list of integers, got " + ShapeText(shape(i)));
  }
  if (constants[i] == nullptr) {
    return Unsupported("extents depend on '" + node.Input(i) +
                       "', which is known only when the network runs");
  }
  return constants[i]->ToInts();
}

Result<void> NodeContext::CheckType(
    std::size_t i, std::initializer_list<DataType> types) const {
  if (!HasInput(i)) {
    return Corrupt("input " + std::to_string(i) + " is left out");
  }
  if (std::ranges::find(types, type(i)) != types.end()) {
    return {};
  }
  std::string names;
  for (const DataType wanted : types) {
    names += (names.empty() ? "" : " or ") + std::string(DataTypeName(wanted));
  }
  return Corrupt("expects " + names + ", got " +
                 std::string(DataTypeName(type(i))));
}

Result<void> NodeContext::CheckTypes(
    std::initializer_list<DataType> types) const {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (HasInput(i)) {
      MIEN_RETURN_IF_ERROR(CheckType(i, types));
    }
  }
  return {};
}

Result<void> NodeContext::CheckRank(std::size_t i, std::size_t rank) const {
  if (shape(i).size() != rank) {
    return Corrupt("expects " + std::to_string(rank) + " extents, got " +
                   ShapeText(shape(i)));
  }
  return {};
}

Result<std::size_t> NodeContext::Axis(std::string_view key,
                                      std::int64_t fallback,
                                      std::size_t rank) const {
  return Named(NormalizeAxis(node.Int(key, fallback), rank));
}

Result<Shape> BroadcastShapes(const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  const std::size_t offset = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::int64_t& extent = result[offset + i];
    if (extent == 1) {
      extent = shorter[i];
    } else if (shorter[i] != 1 && shorter[i] != extent) {
      return Error{ErrorCode::kCorruptModel,
                   "cannot broadcast " + ShapeText(a) + " and " + ShapeText(b)};
    }
  }
  return result;
}

}  // namespace mien
