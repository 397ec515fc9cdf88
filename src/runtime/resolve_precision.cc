// SPDX-License-Identifier: Apache-2.0
#include "runtime/resolve_precision.h"

#include "core/check.h"

namespace mien {
namespace {

bool HasNativeBf16(const CpuFeatures& cpu) {
  return cpu.avx512_bf16 || cpu.amx_bf16;
}

}  // namespace

Result<Precision> ResolvePrecision(Precision request, const CpuFeatures& cpu) {
  switch (request) {
    case Precision::kFloat32:
      return Precision::kFloat32;
    case Precision::kBfloat16:
      // oneDNN emulates bf16 on AVX-512 without BF16: slower than fp32 but the
      // same numbers, which tests and comparisons want.
      if (!cpu.avx512) {
        return Error{ErrorCode::kUnsupported,
                     "bf16 needs a CPU with AVX-512; this one has " +
                         DescribeCpu(cpu) + "; use fp32 or auto"};
      }
      return Precision::kBfloat16;
    case Precision::kInt8:
      return Error{ErrorCode::kUnsupported,
                   "int8 needs a calibrated model, which this build cannot "
                   "make; use fp32, bf16 or auto"};
    case Precision::kAuto:
      return HasNativeBf16(cpu) ? Precision::kBfloat16 : Precision::kFloat32;
  }
  MIEN_CHECK(false && "a precision outside of the enumeration");
}

}  // namespace mien
