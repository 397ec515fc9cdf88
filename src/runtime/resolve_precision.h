// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cpu.h"
#include "mien/precision.h"
#include "mien/result.h"

namespace mien {

/// The precision that runs when `request` is asked for on `cpu`, by the table
/// of docs/precision.md: kAuto is bf16 where the CPU multiplies bf16 faster
/// than fp32 (AMX or AVX-512 BF16), otherwise fp32.
///
/// Errors:
/// - kUnsupported: bf16 without AVX-512, where it would be emulated slowly;
///   int8, which needs a calibrated model.
Result<Precision> ResolvePrecision(Precision request, const CpuFeatures& cpu);

}  // namespace mien
