// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/depthwise_kernel.h"

#include "runtime/onednn/usable_kernels.h"

namespace mien::onednn {

std::vector<const DepthwiseKernel*> UsableDepthwiseKernels() {
  return UsableKernels(Avx512DepthwiseKernel(), Avx2DepthwiseKernel());
}

}  // namespace mien::onednn
