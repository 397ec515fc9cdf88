// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mien {

/// Element types of ONNX that face networks use.
enum class DataType : std::uint8_t {
  kFloat32,
  kFloat16,
  kBfloat16,
  kFloat64,
  kInt8,
  kUint8,
  kInt32,
  kInt64,
  kBool,
};

std::size_t ElementBytes(DataType type);

/// "float32", "int64", ...
std::string_view DataTypeName(DataType type);

}  // namespace mien
