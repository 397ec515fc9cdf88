// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "mien/result.h"

namespace mien {

/// Arithmetic of a network. What is asked for and what runs may differ; see
/// docs/precision.md.
enum class Precision : std::uint8_t {
  kFloat32,
  kBfloat16,
  kInt8,
  kAuto,  ///< the fastest that keeps the answers on this CPU
};

/// "fp32", "bf16", "int8" or "auto".
std::string_view PrecisionName(Precision precision);

/// The reverse of PrecisionName().
///
/// Errors:
/// - kInvalidArgument: lists the names.
Result<Precision> ParsePrecision(std::string_view name);

}  // namespace mien
