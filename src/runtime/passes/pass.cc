// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/pass.h"

#include <utility>

#include "graph/opset.h"
#include "runtime/passes/eliminate_transpose.h"
#include "runtime/passes/fold_batch_norm.h"
#include "runtime/passes/fold_constants.h"
#include "runtime/passes/fold_scale.h"
#include "runtime/passes/fuse_activation.h"
#include "runtime/passes/fuse_pad.h"
#include "runtime/passes/fuse_residual.h"
#include "runtime/passes/global_average_pool.h"
#include "runtime/passes/lower_gemm.h"
#include "runtime/passes/recognize_activation.h"
#include "runtime/passes/remove_identity.h"

namespace mien {
namespace {

constexpr Pass kInferencePasses[] = {
    {"canonicalize", Canonicalize},
    {"fold_constants", FoldConstants},
    {"remove_identity", RemoveIdentity},
    {"eliminate_transpose", EliminateTranspose},
    {"recognize_activation", RecognizeActivation},
    {"global_average_pool", RecognizeGlobalAveragePool},
    {"fuse_pad", FusePad},
    {"lower_gemm", LowerGemm},
    {"fold_batch_norm", FoldBatchNorm},
    {"fold_scale", FoldScale},
    {"fuse_residual", FuseResidual},
    {"fuse_activation", FuseActivation},
};

}  // namespace

std::span<const Pass> InferencePasses() { return kInferencePasses; }

Result<Graph> Optimize(const Graph& graph, std::span<const Pass> passes) {
  Graph optimized = graph;
  for (const Pass& pass : passes) {
    auto result = pass.run(optimized);
    if (!result) {
      return result.error().WithContext(pass.name);
    }
    optimized = *std::move(result);
  }
  return optimized;
}

}  // namespace mien
