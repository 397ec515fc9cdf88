// SPDX-License-Identifier: Apache-2.0
//
// peak_bench
//
// What one core of this machine can do at most: products and sums in registers
// in each arithmetic that mien uses, and bytes read from memory. One JSON
// object on standard output: giga-operations per second of CPU time, multiply
// and add counted as two, and GB/s; null for what the CPU does not have.
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/cpu.h"

#if defined(__x86_64__)
// GCC 12 takes the undefined registers of its own intrinsics for ours.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#endif

namespace mien::bench {
namespace {

using nlohmann::json;

constexpr int kRounds = 7;
constexpr std::int64_t kSteps = 2'000'000;

/// Chains of dependent sums, enough to hide the latency of each.
constexpr int kChains = 12;

/// Seconds that this thread has had a CPU.
double CpuSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Giga-units per second in the best of the rounds, which do `units` each.
double BestRate(double units, const std::function<void()>& work) {
  double best = 0.0;
  for (int i = 0; i < kRounds; ++i) {
    const double begin = CpuSeconds();
    work();
    best = std::max(best, units / (CpuSeconds() - begin) * 1e-9);
  }
  return best;
}

#if defined(__x86_64__)

// The loops keep their sums in registers: the empty assembly takes each as
// input and output, so that nothing is left out.
#define MIEN_CHAINS(type, step)                                  \
  type sums[kChains] = {};                                       \
  for (std::int64_t i = 0; i < kSteps; ++i) {                    \
    _Pragma("GCC unroll 12") for (int c = 0; c < kChains; ++c) { \
      sums[c] = (step);                                          \
      asm volatile("" : "+v"(sums[c]));                          \
    }                                                            \
  }

__attribute__((target("avx2,fma"))) void FmaAvx2() {
  const __m256 x = _mm256_set1_ps(1.0F);
  MIEN_CHAINS(__m256, _mm256_fmadd_ps(x, x, sums[c]))
}

__attribute__((target("avx512f"))) void FmaAvx512() {
  const __m512 x = _mm512_set1_ps(1.0F);
  MIEN_CHAINS(__m512, _mm512_fmadd_ps(x, x, sums[c]))
}

__attribute__((target("avx512f,avx512bf16"))) void DotBf16() {
  const auto x = reinterpret_cast<__m512bh>(_mm512_set1_epi32(0x3F803F80));
  MIEN_CHAINS(__m512, _mm512_dpbf16_ps(sums[c], x, x))
}

__attribute__((target("avx512f,avx512vnni"))) void DotInt8() {
  const __m512i x = _mm512_set1_epi8(1);
  MIEN_CHAINS(__m512i, _mm512_dpbusd_epi32(sums[c], x, x))
}

#undef MIEN_CHAINS

/// The palette and shapes of AMX's eight tiles (Intel SDM vol. 1, 18.1).
struct alignas(64) TileShapes {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// Products of a pair of tiles, four sums in turn.
constexpr std::int64_t kTileProducts = 4 * kSteps;

/// Tiles 0 to 3 are sums, 4 to 7 factors; all are zero.
#define MIEN_TILE_PRODUCTS(product)           \
  static constexpr TileShapes shapes;         \
  _tile_loadconfig(&shapes);                  \
  _tile_zero(0);                              \
  _tile_zero(1);                              \
  _tile_zero(2);                              \
  _tile_zero(3);                              \
  _tile_zero(4);                              \
  _tile_zero(5);                              \
  _tile_zero(6);                              \
  _tile_zero(7);                              \
  for (std::int64_t i = 0; i < kSteps; ++i) { \
    product(0, 4, 6);                         \
    product(1, 4, 7);                         \
    product(2, 5, 6);                         \
    product(3, 5, 7);                         \
  }                                           \
  _tile_release()

__attribute__((target("amx-tile,amx-bf16"))) void TilesBf16() {
  MIEN_TILE_PRODUCTS(_tile_dpbf16ps);
}

__attribute__((target("amx-tile,amx-int8"))) void TilesInt8() {
  MIEN_TILE_PRODUCTS(_tile_dpbusd);
}

#undef MIEN_TILE_PRODUCTS

json Arithmetic() {
  constexpr double kCalls = static_cast<double>(kSteps) * kChains;
  const CpuFeatures& cpu = HostCpu();
  json rates = {{"fp32_avx2", nullptr},
                {"fp32_avx512", nullptr},
                {"bf16", nullptr},
                {"int8", nullptr},
                {"bf16_amx", nullptr},
                {"int8_amx", nullptr}};
  if (cpu.avx2) {
    rates["fp32_avx2"] = BestRate(kCalls * 16, FmaAvx2);
  }
  if (cpu.avx512) {
    rates["fp32_avx512"] = BestRate(kCalls * 32, FmaAvx512);
  }
  if (cpu.avx512_bf16) {
    rates["bf16"] = BestRate(kCalls * 64, DotBf16);
  }
  if (cpu.avx512_vnni) {
    rates["int8"] = BestRate(kCalls * 128, DotInt8);
  }
  // A product of tiles is one of 16 x 64 bytes with 64 bytes x 16.
  if (cpu.amx_bf16) {
    rates["bf16_amx"] = BestRate(kTileProducts * 2.0 * 16 * 16 * 32, TilesBf16);
  }
  if (cpu.amx_int8) {
    rates["int8_amx"] = BestRate(kTileProducts * 2.0 * 16 * 16 * 64, TilesInt8);
  }
  return rates;
}

#pragma GCC diagnostic pop
#else

json Arithmetic() { return json::object(); }

#endif

/// GB/s of reading far more than the caches hold.
double ReadBandwidth() {
  const std::vector<std::uint64_t> words(std::size_t{32} << 20U, 1);
  std::uint64_t sum = 0;
  const double rate =
      BestRate(static_cast<double>(words.size()) * sizeof(words[0]), [&] {
        for (const std::uint64_t word : words) {
          sum += word;
        }
      });
  return sum == 0 ? 0.0 : rate;
}

}  // namespace
}  // namespace mien::bench

int main() {
  mien::bench::json peaks = mien::bench::Arithmetic();
  peaks["read_gb_per_second"] = mien::bench::ReadBandwidth();
  std::printf("%s\n", peaks.dump().c_str());
  return 0;
}
