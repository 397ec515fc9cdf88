// SPDX-License-Identifier: Apache-2.0
//
// Begins what is compiled for CPUs with AVX-512, down to vectors_end.inl. Other
// headers come before.

// GCC 12 takes the undefined registers of its own intrinsics for ours.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

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

[[gnu::always_inline]] inline Vec Min(Vec a, Vec b) {
  return _mm512_min_ps(a, b);
}

[[gnu::always_inline]] inline Vec Max(Vec a, Vec b) {
  return _mm512_max_ps(a, b);
}

}  // namespace
}  // namespace mien::onednn
