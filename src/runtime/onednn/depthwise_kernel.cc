// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/depthwise_kernel.h"

#include "core/cpu.h"

namespace mien::onednn {

std::vector<const DepthwiseKernel*> UsableDepthwiseKernels() {
  const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
  const auto allows = [isa](dnnl::cpu_isa wanted) {
    return (static_cast<unsigned>(isa) & static_cast<unsigned>(wanted)) ==
           static_cast<unsigned>(wanted);
  };
  std::vector<const DepthwiseKernel*> usable;
  if (HostCpu().avx512 && allows(dnnl::cpu_isa::avx512_core)) {
    usable.push_back(&Avx512DepthwiseKernel());
  }
  if (HostCpu().avx2 && allows(dnnl::cpu_isa::avx2)) {
    usable.push_back(&Avx2DepthwiseKernel());
  }
  return usable;
}

}  // namespace mien::onednn
