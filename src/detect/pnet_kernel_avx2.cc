// SPDX-License-Identifier: Apache-2.0
#include <cfloat>
#include <utility>

#include "detect/pnet_kernel.h"

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

namespace mien {
namespace {

constexpr int kLanes = 8;
constexpr int kConv1Group = 2;
constexpr int kConvGroup = 4;
constexpr int kConvVecs = 3;

#include "detect/pnet_kernel.inl"

}  // namespace

const PnetKernel& Avx2PnetKernel() {
  static const PnetKernel kernel = MakeKernel("avx2");
  return kernel;
}

}  // namespace mien

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC pop_options
#endif
