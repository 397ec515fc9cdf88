// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/cpu.h"
#include "runtime/onednn/dnnl_compat.h"

namespace mien::onednn {

/// Of two kernels for these instruction sets, those that this CPU can run and
/// oneDNN may use (ONEDNN_MAX_CPU_ISA), the fastest first.
template <typename Kernel>
std::vector<const Kernel*> UsableKernels(const Kernel& avx512,
                                         const Kernel& avx2) {
  std::vector<const Kernel*> usable;
  if (HostCpu().avx512 && MayUse(dnnl::cpu_isa::avx512_core)) {
    usable.push_back(&avx512);
  }
  if (HostCpu().avx2 && MayUse(dnnl::cpu_isa::avx2)) {
    usable.push_back(&avx2);
  }
  return usable;
}

}  // namespace mien::onednn
