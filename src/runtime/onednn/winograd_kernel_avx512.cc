// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/winograd_kernel.h"

#if defined(__x86_64__)
#include "runtime/onednn/vectors_avx512.inl"

namespace mien::onednn {
namespace {

constexpr int kRows = 12;

[[gnu::always_inline]] inline Vec Filled(float x) { return _mm512_set1_ps(x); }

[[gnu::always_inline]] inline Vec Fma(Vec a, Vec b, Vec c) {
  return _mm512_fmadd_ps(a, b, c);
}

#include "runtime/onednn/winograd_kernel.inl"

}  // namespace

const WinogradKernel& Avx512WinogradKernel() {
  static const WinogradKernel kernel = {"winograd:avx512", kLanes, kRows, Run};
  return kernel;
}

}  // namespace mien::onednn

#include "runtime/onednn/vectors_end.inl"

#else

namespace mien::onednn {

const WinogradKernel& Avx512WinogradKernel() {
  static const WinogradKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
