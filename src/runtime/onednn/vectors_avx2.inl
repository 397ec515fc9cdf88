// SPDX-License-Identifier: Apache-2.0
//
// Begins what is compiled for CPUs with AVX2, down to vectors_end.inl. Other
// headers come before.
#include <immintrin.h>

#pragma GCC diagnostic push
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

namespace mien::onednn {
namespace {

constexpr int kLanes = 8;

using Vec = __m256;

[[gnu::always_inline]] inline Vec Min(Vec a, Vec b) {
  return _mm256_min_ps(a, b);
}

[[gnu::always_inline]] inline Vec Max(Vec a, Vec b) {
  return _mm256_max_ps(a, b);
}

}  // namespace
}  // namespace mien::onednn
