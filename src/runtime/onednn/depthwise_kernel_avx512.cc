// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/depthwise_kernel.h"

#if defined(__x86_64__)
// GCC 12 takes the undefined registers of its own intrinsics for ours.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

#include <algorithm>

#if defined(__clang__)
#pragma clang attribute push(                                               \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target( \
    "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#endif

namespace mien::onednn {
namespace {

constexpr int kLanes = 16;

using Vec = __m512;
typedef std::int32_t IntVec __attribute__((vector_size(kLanes * 4)));

[[gnu::always_inline]] inline Vec Min(Vec a, Vec b) {
  return _mm512_min_ps(a, b);
}

[[gnu::always_inline]] inline Vec Max(Vec a, Vec b) {
  return _mm512_max_ps(a, b);
}

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

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#pragma GCC diagnostic pop

#else

namespace mien::onednn {

const DepthwiseKernel& Avx512DepthwiseKernel() {
  static const DepthwiseKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
