// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cfloat>
#include <cstddef>
#include <utility>

#include "detect/lane_kernel.h"
#include "detect/winograd.h"

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target( \
    "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#endif

namespace mien {
namespace {

constexpr int kLanes = 16;
constexpr int kGroup = 8;
constexpr int kTiles = 3;

#include "detect/lane_kernel.inl"

}  // namespace

const LaneKernel& Avx512LaneKernel() {
  static const LaneKernel kernel = MakeKernel("avx512");
  return kernel;
}

}  // namespace mien

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC pop_options
#endif
