// SPDX-License-Identifier: Apache-2.0
#include <cfloat>
#include <utility>

#include "detect/pnet_kernel.h"

namespace mien {
namespace {

constexpr int kLanes = 4;
constexpr int kConv1Group = 2;
constexpr int kConvGroup = 4;
constexpr int kConvVecs = 2;

#include "detect/pnet_kernel.inl"

}  // namespace

const PnetKernel& BaselinePnetKernel() {
  static const PnetKernel kernel = MakeKernel("baseline");
  return kernel;
}

}  // namespace mien
