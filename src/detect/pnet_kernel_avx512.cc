// SPDX-License-Identifier: Apache-2.0
#include <cfloat>
#include <utility>

#include "detect/pnet_kernel.h"

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target( \
    "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#endif

namespace mien {
namespace {

constexpr int kLanes = 16;
constexpr int kConv1Group = 5;
constexpr int kConvGroup = 8;
constexpr int kConvVecs = 3;

#include "detect/pnet_kernel.inl"

}  // namespace

const PnetKernel& Avx512PnetKernel() {
  static const PnetKernel kernel = MakeKernel("avx512");
  return kernel;
}

}  // namespace mien

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC pop_options
#endif
