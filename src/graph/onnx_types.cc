// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_types.h"

#include <array>
#include <utility>

namespace mien {
namespace {

/// onnx.proto3, TensorProto.DataType.
constexpr std::array<std::pair<int, DataType>, 9> kTypes = {{
    {1, DataType::kFloat32},
    {2, DataType::kUint8},
    {3, DataType::kInt8},
    {6, DataType::kInt32},
    {7, DataType::kInt64},
    {9, DataType::kBool},
    {10, DataType::kFloat16},
    {11, DataType::kFloat64},
    {16, DataType::kBfloat16},
}};

}  // namespace

std::optional<DataType> DataTypeFromOnnxNumber(std::int64_t number) {
  for (const auto& [known, type] : kTypes) {
    if (known == number) {
      return type;
    }
  }
  return std::nullopt;
}

int OnnxNumberFromDataType(DataType type) {
  for (const auto& [number, known] : kTypes) {
    if (known == type) {
      return number;
    }
  }
  return 0;
}

}  // namespace mien
