// SPDX-License-Identifier: Apache-2.0
#include "image/bilinear_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mien {
namespace {

constexpr int kOne = 1 << kBilinearBits;
constexpr int kDrop = 2 * kBilinearBits;
constexpr int kHalf = 1 << (kDrop - 1);

void BlendColumn(const std::uint8_t* row, const Neighbours& column, int* out) {
  const std::uint8_t* first = row + std::ptrdiff_t{3} * column.first;
  const std::uint8_t* second = row + std::ptrdiff_t{3} * column.second;
  const int first_weight = kOne - column.second_weight;
  for (int c = 0; c < 3; ++c) {
    out[c] = first[c] * first_weight + second[c] * column.second_weight;
  }
}

void BlendColumnsPlain(std::span<const std::uint8_t> row,
                       std::span<const Neighbours> columns,
                       int* out) {
  for (const Neighbours& column : columns) {
    BlendColumn(row.data(), column, out);
    out += 3;
  }
}

void BlendRowsFrom(std::size_t start,
                   const int* first,
                   const int* second,
                   int second_weight,
                   std::size_t count,
                   std::uint8_t* out) {
  const int first_weight = kOne - second_weight;
  for (std::size_t i = start; i < count; ++i) {
    const int sum = first[i] * first_weight + second[i] * second_weight;
    out[i] = static_cast<std::uint8_t>((sum + kHalf) >> kDrop);
  }
}

void BlendRowsPlain(const int* first,
                    const int* second,
                    int second_weight,
                    std::size_t count,
                    std::uint8_t* out) {
  BlendRowsFrom(0, first, second, second_weight, count, out);
}

#if defined(__x86_64__)

// Both neighbours come in one load of eight bytes, r g b r g b and two more;
// at the border the second one's weight is 0, so whatever is loaded will do.
__attribute__((target("avx2"))) void BlendColumnsAvx2(
    std::span<const std::uint8_t> row,
    std::span<const Neighbours> columns,
    int* out) {
  constexpr std::size_t kLoadBytes = 8;
  const __m128i pair_up =
      _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  for (const Neighbours& column : columns) {
    const std::size_t offset = 3 * static_cast<std::size_t>(column.first);
    if (offset + kLoadBytes > row.size()) {
      BlendColumn(row.data(), column, out);
    } else {
      const __m128i levels = _mm_shuffle_epi8(
          _mm_loadl_epi64(
              reinterpret_cast<const __m128i*>(row.data() + offset)),
          pair_up);
      const int first_weight = kOne - column.second_weight;
      const __m128i weights =
          _mm_set1_epi32(first_weight | column.second_weight << 16U);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                       _mm_madd_epi16(levels, weights));
    }
    out += 3;
  }
}

__attribute__((target("avx2"))) void BlendRowsAvx2(const int* first,
                                                   const int* second,
                                                   int second_weight,
                                                   std::size_t count,
                                                   std::uint8_t* out) {
  const __m256i first_weights = _mm256_set1_epi32(kOne - second_weight);
  const __m256i second_weights = _mm256_set1_epi32(second_weight);
  const __m256i half = _mm256_set1_epi32(kHalf);
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256i upper = _mm256_mullo_epi32(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first + i)),
        first_weights);
    const __m256i lower = _mm256_mullo_epi32(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second + i)),
        second_weights);
    const __m256i levels = _mm256_srai_epi32(
        _mm256_add_epi32(_mm256_add_epi32(upper, lower), half), kDrop);
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(levels),
                                           _mm256_extracti128_si256(levels, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i),
                     _mm_packus_epi16(words, words));
  }
  BlendRowsFrom(i, first, second, second_weight, count, out);
}

#endif

}  // namespace

BilinearKernels PlainBilinearKernels() {
  return {BlendColumnsPlain, BlendRowsPlain};
}

BilinearKernels BestBilinearKernels(const CpuFeatures& cpu) {
#if defined(__x86_64__)
  if (cpu.avx2) {
    return {BlendColumnsAvx2, BlendRowsAvx2};
  }
#endif
  (void)cpu;
  return PlainBilinearKernels();
}

}  // namespace mien
