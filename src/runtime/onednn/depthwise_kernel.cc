// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/depthwise_kernel.h"

#include "core/cpu.h"
#include "runtime/onednn/dnnl_compat.h"

namespace mien::onednn {

std::vector<const DepthwiseKernel*> UsableDepthwiseKernels() {
  std::vector<const DepthwiseKernel*> usable;
  if (HostCpu().avx512 && MayUse(dnnl::cpu_isa::avx512_core)) {
    usable.push_back(&Avx512DepthwiseKernel());
  }
  if (HostCpu().avx2 && MayUse(dnnl::cpu_isa::avx2)) {
    usable.push_back(&Avx2DepthwiseKernel());
  }
  return usable;
}

}  // namespace mien::onednn
