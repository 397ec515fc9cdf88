// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/cpu.h"
#include "graph/graph.h"
#include "mien/precision.h"
#include "mien/result.h"

namespace mien {

/// Whether a network says where its values may be rounded to 8 bits.
enum class Quantized : std::uint8_t { kNo, kYes };

/// kYes when `graph` has a QuantizeLinear, as `mien model quantize` writes.
Quantized IsQuantized(const Graph& graph);

/// Whether `cpu` multiplies bf16 faster than fp32.
bool HasFastBf16(const CpuFeatures& cpu);

/// The precision that runs when `request` is asked for on `cpu`, by the table
/// of docs/precision.md: kAuto is int8 for a quantised network where the CPU
/// has VNNI, bf16 where it multiplies bf16 faster than fp32 (AMX or AMD's
/// AVX-512 BF16), otherwise fp32.
///
/// Errors:
/// - kUnsupported: bf16 without AVX-512, where it would be emulated slowly;
///   int8 without VNNI, where sums of 8-bit products may overflow, or for a
///   network that is not quantised.
Result<Precision> ResolvePrecision(Precision request,
                                   const CpuFeatures& cpu,
                                   Quantized quantized);

}  // namespace mien
