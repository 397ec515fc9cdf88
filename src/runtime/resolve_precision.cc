// SPDX-License-Identifier: Apache-2.0
#include "runtime/resolve_precision.h"

#include <algorithm>

#include "core/check.h"

namespace mien {
namespace {

bool HasIntegerProducts(const CpuFeatures& cpu) {
  return cpu.avx512_vnni || cpu.amx_int8;
}

Result<Precision> ResolveInt8(const CpuFeatures& cpu, Quantized quantized) {
  if (quantized == Quantized::kNo) {
    return Error{ErrorCode::kUnsupported,
                 "int8 needs a quantised model, which 'mien model quantize' "
                 "makes; use fp32, bf16 or auto"};
  }
  if (!HasIntegerProducts(cpu)) {
    return Error{ErrorCode::kUnsupported,
                 "int8 needs a CPU with AVX-512 VNNI; this one has " +
                     DescribeCpu(cpu) + "; use fp32 or auto"};
  }
  return Precision::kInt8;
}

}  // namespace

bool HasFastBf16(const CpuFeatures& cpu) {
  return cpu.amx_bf16 || (cpu.avx512_bf16 && !cpu.slow_avx512_bf16);
}

Quantized IsQuantized(const Graph& graph) {
  const bool is_quantized = std::ranges::any_of(
      graph.nodes, [](const Node& node) { return node.Is("QuantizeLinear"); });
  return is_quantized ? Quantized::kYes : Quantized::kNo;
}

Result<Precision> ResolvePrecision(Precision request,
                                   const CpuFeatures& cpu,
                                   Quantized quantized) {
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
      return ResolveInt8(cpu, quantized);
    case Precision::kAuto:
      if (quantized == Quantized::kYes) {
        return HasIntegerProducts(cpu) ? Precision::kInt8 : Precision::kFloat32;
      }
      return HasFastBf16(cpu) ? Precision::kBfloat16 : Precision::kFloat32;
  }
  MIEN_CHECK(false && "a precision outside of the enumeration");
}

}  // namespace mien
