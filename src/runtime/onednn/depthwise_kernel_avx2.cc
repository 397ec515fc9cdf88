// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/depthwise_kernel.h"

#if defined(__x86_64__)
#include <algorithm>

#include "runtime/onednn/vectors_avx2.inl"

namespace mien::onednn {
namespace {

typedef std::int32_t IntVec __attribute__((vector_size(kLanes * 4)));

[[gnu::always_inline]] inline IntVec RoundToInts(Vec x) {
  return reinterpret_cast<IntVec>(_mm256_cvtps_epi32(x));
}

[[gnu::always_inline]] inline void StoreBytes(std::byte* p,
                                              IntVec q,
                                              bool is_signed) {
  const auto ints = reinterpret_cast<__m256i>(q);
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(ints),
                                        _mm256_extracti128_si256(ints, 1));
  const __m128i bytes = is_signed ? _mm_packs_epi16(words, words)
                                  : _mm_packus_epi16(words, words);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), bytes);
}

#include "runtime/onednn/depthwise_kernel.inl"

}  // namespace

const DepthwiseKernel& Avx2DepthwiseKernel() {
  static const DepthwiseKernel kernel = {"depthwise:avx2", kLanes, Run};
  return kernel;
}

}  // namespace mien::onednn

#include "runtime/onednn/vectors_end.inl"

#else

namespace mien::onednn {

const DepthwiseKernel& Avx2DepthwiseKernel() {
  static const DepthwiseKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
