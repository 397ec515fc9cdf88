// SPDX-License-Identifier: Apache-2.0
//
// AVX2. vpmaddubsw multiplies unsigned by signed bytes and saturates its sums
// of two at 16 bits; |row| times sign(row) * probe, both within 127, cannot
// reach that: 2 * 127 * 127 < 32768.
#include "index/bound_scan.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstring>

namespace mien::internal {
namespace {

[[gnu::target("avx2,fma")]] inline void StoreBounds(__m256i dots,
                                                    const ScanProbe& probe,
                                                    const float* scales,
                                                    const float* errors,
                                                    float* upper) {
  const __m256 scale =
      _mm256_mul_ps(_mm256_loadu_ps(scales), _mm256_set1_ps(probe.scale));
  const __m256 width = _mm256_fmadd_ps(_mm256_loadu_ps(errors),
                                       _mm256_set1_ps(probe.norm),
                                       _mm256_set1_ps(probe.slack));
  _mm256_storeu_ps(upper,
                   _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, width));
}

/// Half a block (8 rows) against kProbes probes.
template <int kProbes>
[[gnu::target("avx2,fma")]] void HalfBlock(const RowBlocks& rows,
                                           int half,
                                           const ScanProbe* probes,
                                           float* upper) {
  const std::int8_t* values =
      rows.values +
      static_cast<std::ptrdiff_t>(half / 2) * kBlockRows * rows.dimension +
      half % 2 * 32;
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i dots[kProbes];
  for (__m256i& dot : dots) {
    dot = _mm256_setzero_si256();
  }
  for (int group = 0; group < rows.dimension / 4; ++group) {
    const __m256i row_values = _mm256_loadu_si256(
        reinterpret_cast<const __m256i*>(values + group * 64));
    const __m256i magnitudes = _mm256_abs_epi8(row_values);
    for (int p = 0; p < kProbes; ++p) {
      std::int32_t four = 0;
      std::memcpy(&four, probes[p].values + group * 4, 4);
      const __m256i signed_probe =
          _mm256_sign_epi8(_mm256_set1_epi32(four), row_values);
      const __m256i pairs = _mm256_maddubs_epi16(magnitudes, signed_probe);
      dots[p] = _mm256_add_epi32(dots[p], _mm256_madd_epi16(pairs, ones));
    }
  }
  const std::ptrdiff_t num_rows =
      static_cast<std::ptrdiff_t>(rows.num_blocks) * kBlockRows;
  const int row = half * 8;
  for (int p = 0; p < kProbes; ++p) {
    StoreBounds(dots[p],
                probes[p],
                rows.scales + row,
                rows.errors + row,
                upper + p * num_rows + row);
  }
}

template <int kProbes>
void ScanAllBlocks(const RowBlocks& rows,
                   const ScanProbe* probes,
                   float* upper) {
  for (int half = 0; half < 2 * rows.num_blocks; ++half) {
    HalfBlock<kProbes>(rows, half, probes, upper);
  }
}

}  // namespace

void BoundScanAvx2(const RowBlocks& rows,
                   std::span<const ScanProbe> probes,
                   float* upper) {
  const std::ptrdiff_t num_rows =
      static_cast<std::ptrdiff_t>(rows.num_blocks) * kBlockRows;
  std::size_t p = 0;
  for (; p + 8 <= probes.size(); p += 8) {
    ScanAllBlocks<8>(rows, &probes[p], upper);
    upper += 8 * num_rows;
  }
  for (; p < probes.size(); ++p) {
    ScanAllBlocks<1>(rows, &probes[p], upper);
    upper += num_rows;
  }
}

}  // namespace mien::internal

#endif
