// SPDX-License-Identifier: Apache-2.0
#include "core/cpu.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace mien {
namespace {

#if defined(__x86_64__)

// Intel SDM vol. 2A, CPUID leaf 7: bits that GCC 12's __builtin_cpu_supports()
// does not know.
constexpr unsigned kAmxBf16Bit = 1U << 22U;    // EDX, subleaf 0
constexpr unsigned kAmxInt8Bit = 1U << 25U;    // EDX, subleaf 0
constexpr unsigned kAvx512Bf16Bit = 1U << 5U;  // EAX, subleaf 1

/// Whether the kernel lets this process use AMX's tiles, which it gives only to
/// those who ask (Linux, Documentation/x86/xstate.rst).
bool TilesPermitted() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

CpuFeatures Detect() {
  CpuFeatures cpu;
  __builtin_cpu_init();
  cpu.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  cpu.avx512 =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  cpu.avx512_vnni = cpu.avx512 && __builtin_cpu_supports("avx512vnni");
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
    const bool tiles = cpu.avx512 && (edx & (kAmxBf16Bit | kAmxInt8Bit)) != 0 &&
                       TilesPermitted();
    cpu.amx_bf16 = tiles && (edx & kAmxBf16Bit) != 0;
    cpu.amx_int8 = tiles && (edx & kAmxInt8Bit) != 0;
  }
  if (__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0) {
    cpu.avx512_bf16 = cpu.avx512 && (eax & kAvx512Bf16Bit) != 0;
    cpu.slow_avx512_bf16 = cpu.avx512_bf16 && __builtin_cpu_is("intel");
  }
  return cpu;
}

#else

CpuFeatures Detect() { return {}; }

#endif

}  // namespace

const CpuFeatures& HostCpu() {
  static const CpuFeatures cpu = Detect();
  return cpu;
}

std::string DescribeCpu(const CpuFeatures& cpu) {
  std::string text;
  const auto add = [&text](bool present, const char* name) {
    if (present) {
      text += (text.empty() ? "" : ", ") + std::string(name);
    }
  };
  add(cpu.avx2, "AVX2");
  add(cpu.avx512, "AVX-512");
  add(cpu.avx512_vnni, "VNNI");
  add(cpu.avx512_bf16, "BF16");
  add(cpu.amx_bf16, "AMX-BF16");
  add(cpu.amx_int8, "AMX-INT8");
  return text.empty() ? "baseline" : text;
}

int NumUsableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) {
    return std::max(1, CPU_COUNT(&set));
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace mien
