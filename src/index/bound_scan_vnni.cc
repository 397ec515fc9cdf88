// SPDX-License-Identifier: Apache-2.0
//
// AVX-512 VNNI. vpdpbusd multiplies unsigned by signed bytes, so rows have 128
// added on the way (their sign bit flipped) and sums start at -128 * sum(q).
#include "index/bound_scan.h"

#if defined(__x86_64__)

// GCC 12 warns about its own header (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

#include <cstring>

namespace mien::internal {
namespace {

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]] inline void
StoreBounds(__m512i dots,
            const ScanProbe& probe,
            const float* scales,
            const float* errors,
            float* upper) {
  const __m512 scale =
      _mm512_mul_ps(_mm512_loadu_ps(scales), _mm512_set1_ps(probe.scale));
  const __m512 width = _mm512_fmadd_ps(_mm512_loadu_ps(errors),
                                       _mm512_set1_ps(probe.norm),
                                       _mm512_set1_ps(probe.slack));
  _mm512_storeu_ps(upper,
                   _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), scale, width));
}

/// kBlocks x kProbes accumulators stay in registers over the whole dimension.
template <int kBlocks, int kProbes>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]] void Tile(
    const RowBlocks& rows,
    int first_block,
    const ScanProbe* probes,
    float* upper) {
  const std::ptrdiff_t block_bytes =
      static_cast<std::ptrdiff_t>(kBlockRows) * rows.dimension;
  const std::int8_t* block = rows.values + first_block * block_bytes;
  const __m512i sign_bits = _mm512_set1_epi8(-128);
  __m512i dots[kBlocks][kProbes];
  for (int b = 0; b < kBlocks; ++b) {
    for (int p = 0; p < kProbes; ++p) {
      dots[b][p] = _mm512_set1_epi32(-128 * probes[p].sum);
    }
  }
  for (int group = 0; group < rows.dimension / 4; ++group) {
    __m512i row_values[kBlocks];
    for (int b = 0; b < kBlocks; ++b) {
      row_values[b] = _mm512_xor_si512(
          _mm512_loadu_si512(block + b * block_bytes + group * 64), sign_bits);
    }
    for (int p = 0; p < kProbes; ++p) {
      std::int32_t four = 0;
      std::memcpy(&four, probes[p].values + group * 4, 4);
      const __m512i probe_values = _mm512_set1_epi32(four);
      for (int b = 0; b < kBlocks; ++b) {
        dots[b][p] =
            _mm512_dpbusd_epi32(dots[b][p], row_values[b], probe_values);
      }
    }
  }
  const std::ptrdiff_t num_rows =
      static_cast<std::ptrdiff_t>(rows.num_blocks) * kBlockRows;
  for (int p = 0; p < kProbes; ++p) {
    for (int b = 0; b < kBlocks; ++b) {
      const int row = (first_block + b) * kBlockRows;
      StoreBounds(dots[b][p],
                  probes[p],
                  rows.scales + row,
                  rows.errors + row,
                  upper + p * num_rows + row);
    }
  }
}

/// Scans all blocks with kProbes probes, kBlocks blocks at a time.
template <int kBlocks, int kProbes>
void ScanAllBlocks(const RowBlocks& rows,
                   const ScanProbe* probes,
                   float* upper) {
  int block = 0;
  for (; block + kBlocks <= rows.num_blocks; block += kBlocks) {
    Tile<kBlocks, kProbes>(rows, block, probes, upper);
  }
  for (; block < rows.num_blocks; ++block) {
    Tile<1, kProbes>(rows, block, probes, upper);
  }
}

}  // namespace

void BoundScanVnni(const RowBlocks& rows,
                   std::span<const ScanProbe> probes,
                   float* upper) {
  const std::ptrdiff_t num_rows =
      static_cast<std::ptrdiff_t>(rows.num_blocks) * kBlockRows;
  std::size_t p = 0;
  for (; p + 8 <= probes.size(); p += 8) {
    ScanAllBlocks<2, 8>(rows, &probes[p], upper);
    upper += 8 * num_rows;
  }
  for (; p < probes.size(); ++p) {
    ScanAllBlocks<4, 1>(rows, &probes[p], upper);
    upper += num_rows;
  }
}

}  // namespace mien::internal

#endif
