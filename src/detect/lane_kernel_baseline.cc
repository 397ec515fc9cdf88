// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cfloat>
#include <cstddef>
#include <utility>

#include "detect/lane_kernel.h"
#include "detect/winograd.h"

namespace mien {
namespace {

constexpr int kLanes = 4;
constexpr int kGroup = 4;
constexpr int kTiles = 2;

#include "detect/lane_kernel.inl"

}  // namespace

const LaneKernel& BaselineLaneKernel() {
  static const LaneKernel kernel = MakeKernel("baseline");
  return kernel;
}

}  // namespace mien
