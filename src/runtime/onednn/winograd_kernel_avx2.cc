// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/winograd_kernel.h"

#if defined(__x86_64__)
#include "runtime/onednn/vectors_avx2.inl"

namespace mien::onednn {
namespace {

constexpr int kRows = 6;

[[gnu::always_inline]] inline Vec Filled(float x) { return _mm256_set1_ps(x); }

[[gnu::always_inline]] inline Vec Fma(Vec a, Vec b, Vec c) {
  return _mm256_fmadd_ps(a, b, c);
}

#include "runtime/onednn/winograd_kernel.inl"

}  // namespace

const WinogradKernel& Avx2WinogradKernel() {
  static const WinogradKernel kernel = {"winograd:avx2", kLanes, kRows, Run};
  return kernel;
}

}  // namespace mien::onednn

#include "runtime/onednn/vectors_end.inl"

#else

namespace mien::onednn {

const WinogradKernel& Avx2WinogradKernel() {
  static const WinogradKernel kernel;
  return kernel;
}

}  // namespace mien::onednn

#endif
