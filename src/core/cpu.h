// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mien {

/// Instruction sets that decide which code runs.
struct CpuFeatures {
  bool avx2 = false;         ///< with FMA
  bool avx512 = false;       ///< F, BW, DQ and VL
  bool avx512_vnni = false;  ///< int8 dot products
  bool avx512_bf16 = false;

  /// Products of bf16 take longer than those of fp32 without AMX, as on Intel's
  /// Sapphire Rapids: 88 against 177 GOP/s, measured by bench/peak_bench.
  bool slow_avx512_bf16 = false;
  bool amx_bf16 = false;
  bool amx_int8 = false;
};

/// What this CPU and operating system offer. Asked once.
const CpuFeatures& HostCpu();

/// For people: "AVX2, AVX-512, VNNI".
std::string DescribeCpu(const CpuFeatures& cpu);

/// Number of CPUs that this process may use, >= 1.
int NumUsableCpus();

}  // namespace mien
