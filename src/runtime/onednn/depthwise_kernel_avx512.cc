// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/depthwise_kernel.h"

#if defined(__x86_64__)
#include <algorithm>

#include "runtime/onednn/vectors_avx512.inl"

namespace mien::onednn {
namespace {

typedef std::int32_t IntVec __attribute__((vector_size(kLanes * 4)));

[[gnu::always_inline]] inline IntVec RoundToInts(Vec x) {
  return reinterpret_cast<IntVec>(_mm512_cvtps_epi32(x));
}

[[gnu::always_inline]] inline void StoreBytes(std::byte* p,
                                              IntVec q,
                                              bool is_signed) {
  const auto ints = reinterpret_cast<__m512i>(q);
  const __m128i bytes = is_signed ? _mm512_cvtsepi32_epi8(ints)
                                  : _mm512_cvtusepi32_epi8(_mm512_max_epi32(
                                        ints, _mm512_setzero_si512()));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
}

#include "runtime/onednn/depthwise_kernel.inl"

}  // namespace

const DepthwiseKernel& Avx512DepthwiseKernel() {
  static const DepthwiseKernel kernel = {"depthwise:avx512", kLanes, Run};
  return kernel;
}

}  // namespace mien::onednn

#include "runtime/onednn/vectors_end.inl"

#else

namespace mien::onednn {

const DepthwiseKernel& Avx512DepthwiseKernel() {
  static const DepthwiseKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
