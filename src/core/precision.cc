// SPDX-License-Identifier: Apache-2.0
#include "mien/precision.h"

#include <array>
#include <string>
#include <utility>

namespace mien {
namespace {

constexpr std::array<std::pair<Precision, std::string_view>, 4> kNames = {{
    {Precision::kFloat32, "fp32"},
    {Precision::kBfloat16, "bf16"},
    {Precision::kInt8, "int8"},
    {Precision::kAuto, "auto"},
}};

}  // namespace

std::string_view PrecisionName(Precision precision) {
  for (const auto& [value, name] : kNames) {
    if (value == precision) {
      return name;
    }
  }
  return "unknown";
}

Result<Precision> ParsePrecision(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) {
      return value;
    }
  }
  return Error{ErrorCode::kInvalidArgument,
               "precision is '" + std::string(name) +
                   "'; must be fp32, bf16, int8 or auto"};
}

}  // namespace mien
