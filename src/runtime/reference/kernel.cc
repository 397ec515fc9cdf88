// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/kernel.h"

#include <map>

#include "runtime/fused_ops.h"

namespace mien::reference {
namespace {

using KernelMap = std::map<std::string_view, KernelEntry>;

KernelMap JoinTables() {
  KernelMap joined;
  for (const KernelTable table : {ActivationKernels(),
                                  BinaryKernels(),
                                  ConvTransposeKernels(),
                                  ConvolutionKernels(),
                                  FusedKernels(),
                                  LayoutKernels(),
                                  LogicKernels(),
                                  MatrixProductKernels(),
                                  NormalizationKernels(),
                                  PadKernels(),
                                  PoolKernels(),
                                  ReduceKernels(),
                                  ResizeKernels(),
                                  SelectionKernels(),
                                  ShapeKernels(),
                                  SoftmaxKernels(),
                                  SortKernels()}) {
    for (const KernelEntry& entry : table) {
      joined.emplace(entry.op_type, entry);
    }
  }
  return joined;
}

}  // namespace

const KernelEntry* FindKernel(std::string_view op_type,
                              std::string_view domain) {
  static const KernelMap kernels = JoinTables();
  const bool is_fused = op_type == kFusedConv || op_type == kFusedGemm;
  if (domain != (is_fused ? kMienDomain : "")) {
    return nullptr;
  }
  const auto found = kernels.find(op_type);
  return found == kernels.end() ? nullptr : &found->second;
}

}  // namespace mien::reference
