// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/winograd_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

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
constexpr int kRows = 6;

using Vec = __m256;

[[gnu::always_inline]] inline Vec Filled(float x) { return _mm256_set1_ps(x); }

[[gnu::always_inline]] inline Vec Fma(Vec a, Vec b, Vec c) {
  return _mm256_fmadd_ps(a, b, c);
}

[[gnu::always_inline]] inline Vec Max(Vec a, Vec b) {
  return _mm256_max_ps(a, b);
}

#include "runtime/onednn/winograd_kernel.inl"

}  // namespace

const WinogradKernel& Avx2WinogradKernel() {
  static const WinogradKernel kernel = {"winograd:avx2", kLanes, kRows, Run};
  return kernel;
}

}  // namespace mien::onednn

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else

namespace mien::onednn {

const WinogradKernel& Avx2WinogradKernel() {
  static const WinogradKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
