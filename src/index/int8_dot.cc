// SPDX-License-Identifier: Apache-2.0
//
// The instructions multiply unsigned by signed bytes, so the sign of a's values
// goes over to b's.
#include "index/int8_dot.h"

#include <vector>

#include "core/cpu.h"

#if defined(__x86_64__)
// GCC 12 warns about its own header (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

namespace mien {
namespace {

std::int32_t PlainDot(const std::int8_t* a,
                      const std::int8_t* b,
                      std::size_t size) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] std::int32_t Avx2Dot(const std::int8_t* a,
                                             const std::int8_t* b,
                                             std::size_t size) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sums = _mm256_setzero_si256();
  for (std::size_t i = 0; i < size; i += 32) {
    const __m256i x =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i));
    const __m256i y =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + i));
    // Two products of at most 127 * 127 fit 16 bits.
    const __m256i pairs =
        _mm256_maddubs_epi16(_mm256_abs_epi8(x), _mm256_sign_epi8(y, x));
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, ones));
  }
  __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(sums),
                              _mm256_extracti128_si256(sums, 1));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0b01'00'11'10));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0b10'11'00'01));
  return _mm_cvtsi128_si32(sum);
}

[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]] std::int32_t
VnniDot(const std::int8_t* a, const std::int8_t* b, std::size_t size) {
  __m512i sums = _mm512_setzero_si512();
  for (std::size_t i = 0; i < size; i += 64) {
    const __m512i x = _mm512_loadu_si512(a + i);
    const __m512i y = _mm512_loadu_si512(b + i);
    const __m512i signed_y = _mm512_mask_sub_epi8(
        y, _mm512_movepi8_mask(x), _mm512_setzero_si512(), y);
    sums = _mm512_dpbusd_epi32(sums, _mm512_abs_epi8(x), signed_y);
  }
  return _mm512_reduce_add_epi32(sums);
}

#endif

std::vector<NamedInt8Dot> FindUsable() {
  std::vector<NamedInt8Dot> usable;
#if defined(__x86_64__)
  if (HostCpu().avx512 && HostCpu().avx512_vnni) {
    usable.push_back({"avx512-vnni", VnniDot});
  }
  if (HostCpu().avx2) {
    usable.push_back({"avx2", Avx2Dot});
  }
#endif
  usable.push_back({"plain", PlainDot});
  return usable;
}

}  // namespace

std::span<const NamedInt8Dot> UsableInt8Dots() {
  static const std::vector<NamedInt8Dot> usable = FindUsable();
  return usable;
}

}  // namespace mien
