// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/executor/tensor_sum.h"
#include "train/torch.h"

namespace mien::train {

/// The weights and running statistics of a batch norm; all float32, [C].
struct NormWeights {
  Tensor scale;
  Tensor shift;

  /// Updated in training, PyTorch's way: 0.9 of the old and 0.1 of the batch's,
  /// the variance with Bessel's correction.
  Tensor running_mean;
  Tensor running_variance;

  double epsilon = 1e-5;

  /// The processes whose parts make up the batch; null when alone. Heeded by
  /// the CPU's kernels.
  c10::intrusive_ptr<TensorSum> sum_over_ranks = {};
};

/// What a batch norm's result goes through at once.
struct NormActivation {
  enum class Kind : std::uint8_t { kNone, kRelu, kPrelu };

  Kind kind = Kind::kNone;

  /// Of kPrelu: float32, [C] or [1].
  Tensor slope = {};
};

/// Batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167) by the statistics of
/// the batch, then the activation, with gradient. `x` is [N, C] or [N, C, H,
/// W]; the result has its type, channels last.
///
/// On the CPU by kernels of our own, in float32 and bfloat16. What they gain by
/// is memory traffic: forward reads `x` twice and writes once, backward reads
/// `x` and the gradient twice and writes once, activation included. The sums do
/// not depend on the number of threads.
Tensor NormalizeByBatch(const Tensor& x,
                        const NormWeights& weights,
                        const NormActivation& activation);

/// The same by the running statistics, which stay as they are.
Tensor NormalizeByRunning(const Tensor& x,
                          const NormWeights& weights,
                          const NormActivation& activation);

}  // namespace mien::train
