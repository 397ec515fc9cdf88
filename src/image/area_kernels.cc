// SPDX-License-Identifier: Apache-2.0
#include "image/area_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>

namespace mien {
namespace {

void SumRowsFrom(std::size_t start,
                 const std::uint8_t* pixels,
                 std::size_t stride,
                 int rows,
                 std::size_t count,
                 std::uint16_t* sums) {
  for (std::size_t i = start; i < count; ++i) {
    unsigned sum = 0;
    for (int r = 0; r < rows; ++r) {
      sum += pixels[static_cast<std::size_t>(r) * stride + i];
    }
    sums[i] = static_cast<std::uint16_t>(sum);
  }
}

void SumRowsPlain(const std::uint8_t* pixels,
                  std::size_t stride,
                  int rows,
                  std::size_t count,
                  std::uint16_t* sums) {
  SumRowsFrom(0, pixels, stride, rows, count, sums);
}

void AverageFrom(int start,
                 const AreaRow& row,
                 float* red,
                 std::ptrdiff_t plane_stride) {
  for (int x = start; x < row.width; ++x) {
    const std::uint16_t* column = row.sums + std::ptrdiff_t{3} * row.begins[x];
    std::array<int, 3> total = {};
    for (int k = 0; k < row.sizes[x]; ++k, column += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        total[c] += column[c];
      }
    }
    const auto area = static_cast<float>(row.sizes[x] * row.rows);
    for (std::size_t c = 0; c < 3; ++c) {
      const float average = static_cast<float>(total[c]) / area;
      red[x + static_cast<std::ptrdiff_t>(c) * plane_stride] =
          (average - row.mean) * row.scale;
    }
  }
}

void AverageRowPlain(const AreaRow& row,
                     float* red,
                     std::ptrdiff_t plane_stride) {
  AverageFrom(0, row, red, plane_stride);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) inline __m256i LoadWide(
    const std::uint8_t* values) {
  return _mm256_cvtepu8_epi16(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(values)));
}

// 16 columns at a time: three rows per sweep, so that the usual windows of the
// image pyramid (two or three rows) need one.
__attribute__((target("avx2"))) void SumRowsAvx2(const std::uint8_t* pixels,
                                                 std::size_t stride,
                                                 int rows,
                                                 std::size_t count,
                                                 std::uint16_t* sums) {
  const std::size_t whole = count - count % 16;
  for (int done = 0; done < rows; done += 3) {
    const std::uint8_t* first =
        pixels + static_cast<std::size_t>(done) * stride;
    const int left = rows - done;
    for (std::size_t i = 0; i < whole; i += 16) {
      auto* out = reinterpret_cast<__m256i*>(sums + i);
      __m256i sum = LoadWide(first + i);
      if (left > 1) {
        sum = _mm256_add_epi16(sum, LoadWide(first + stride + i));
      }
      if (left > 2) {
        sum = _mm256_add_epi16(sum, LoadWide(first + 2 * stride + i));
      }
      if (done > 0) {
        sum = _mm256_add_epi16(sum, _mm256_loadu_si256(out));
      }
      _mm256_storeu_si256(out, sum);
    }
  }
  SumRowsFrom(whole, pixels, stride, rows, count, sums);
}

// The sums of red, green and blue over one window; the fourth is meaningless.
__attribute__((target("avx2"))) inline __m128i WindowSum(const AreaRow& row,
                                                         int x) {
  const std::uint16_t* column = row.sums + std::ptrdiff_t{3} * row.begins[x];
  __m128i sum = _mm_setzero_si128();
  for (int k = row.sizes[x]; k > 0; --k, column += 3) {
    sum = _mm_add_epi32(sum,
                        _mm_cvtepu16_epi32(_mm_loadl_epi64(
                            reinterpret_cast<const __m128i*>(column))));
  }
  return sum;
}

// Two windows' sums side by side, as floats.
__attribute__((target("avx2"))) inline __m256 WindowSums(const AreaRow& row,
                                                         int low,
                                                         int high) {
  return _mm256_cvtepi32_ps(
      _mm256_set_m128i(WindowSum(row, high), WindowSum(row, low)));
}

__attribute__((target("avx2"))) void AverageRowAvx2(
    const AreaRow& row, float* red, std::ptrdiff_t plane_stride) {
  const __m256 mean = _mm256_set1_ps(row.mean);
  const __m256 scale = _mm256_set1_ps(row.scale);
  const __m256i rows = _mm256_set1_epi32(row.rows);
  int x = 0;
  for (; x + 8 <= row.width; x += 8) {
    // Four registers of two pixels each, turned into one of reds, one of
    // greens, one of blues.
    const __m256 p04 = WindowSums(row, x, x + 4);
    const __m256 p15 = WindowSums(row, x + 1, x + 5);
    const __m256 p26 = WindowSums(row, x + 2, x + 6);
    const __m256 p37 = WindowSums(row, x + 3, x + 7);
    const __m256 rg01 = _mm256_unpacklo_ps(p04, p15);
    const __m256 rg23 = _mm256_unpacklo_ps(p26, p37);
    const __m256 b01 = _mm256_unpackhi_ps(p04, p15);
    const __m256 b23 = _mm256_unpackhi_ps(p26, p37);
    const __m256 planes[3] = {
        _mm256_shuffle_ps(rg01, rg23, _MM_SHUFFLE(1, 0, 1, 0)),
        _mm256_shuffle_ps(rg01, rg23, _MM_SHUFFLE(3, 2, 3, 2)),
        _mm256_shuffle_ps(b01, b23, _MM_SHUFFLE(1, 0, 1, 0))};
    const __m256i sizes =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row.sizes + x));
    const __m256 area = _mm256_cvtepi32_ps(_mm256_mullo_epi32(sizes, rows));
    for (int c = 0; c < 3; ++c) {
      const __m256 average = _mm256_div_ps(planes[c], area);
      _mm256_storeu_ps(red + x + c * plane_stride,
                       _mm256_mul_ps(_mm256_sub_ps(average, mean), scale));
    }
  }
  AverageFrom(x, row, red, plane_stride);
}

#endif

}  // namespace

AreaKernels PlainAreaKernels() { return {SumRowsPlain, AverageRowPlain}; }

AreaKernels BestAreaKernels(const CpuFeatures& cpu) {
#if defined(__x86_64__)
  if (cpu.avx2) {
    return {SumRowsAvx2, AverageRowAvx2};
  }
#endif
  (void)cpu;
  return PlainAreaKernels();
}

}  // namespace mien
