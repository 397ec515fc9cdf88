// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/winograd_kernel.h"

#if defined(__x86_64__)
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
constexpr int kRows = 12;

using Vec = __m512;

[[gnu::always_inline]] inline Vec Filled(float x) { return _mm512_set1_ps(x); }

[[gnu::always_inline]] inline Vec Fma(Vec a, Vec b, Vec c) {
  return _mm512_fmadd_ps(a, b, c);
}

[[gnu::always_inline]] inline Vec Max(Vec a, Vec b) {
  return _mm512_max_ps(a, b);
}

#include "runtime/onednn/winograd_kernel.inl"

}  // namespace

const WinogradKernel& Avx512WinogradKernel() {
  static const WinogradKernel kernel = {"winograd:avx512", kLanes, kRows, Run};
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

const WinogradKernel& Avx512WinogradKernel() {
  static const WinogradKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
