// SPDX-License-Identifier: Apache-2.0
//
// Steps of gradient descent. libtorch has these too, one tensor operation after
// another; here each weight is read and written once per step, since a step is
// bound by memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/executor/torch_net.h"
#include "train/torch.h"

namespace mien::train {

enum class Method : std::uint8_t {
  kSgd,    ///< with momentum: v = mu v + g, w -= rate v (Sutskever et al. 2013)
  kAdamW,  ///< Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2
};

struct OptimizerOptions {
  Method method = Method::kAdamW;

  /// Of kSgd, and beta1 of kAdamW; in [0, 1).
  double momentum = 0.9;

  /// beta2 of kAdamW; in [0, 1).
  double second_momentum = 0.999;

  /// Against division by zero, of kAdamW.
  double epsilon = 1e-8;

  /// Share of a weight that goes per unit of rate, on parameters that decay:
  /// w -= rate * weight_decay * w.
  double weight_decay = 0.05;

  /// Gradients whose joint length is greater are scaled down to it; 0 for no
  /// limit.
  double clip_norm = 0.0;
};

/// Thread safety: none; works on all cores inside.
class Optimizer {
 public:
  /// Keeps the tensors of those `parameters` that require a gradient.
  Optimizer(const std::vector<Parameter>& parameters,
            const OptimizerOptions& options);

  /// Forgets the gradients.
  void ZeroGradients();

  /// One step at `rate`; parameters without a gradient stay. Returns the joint
  /// length of the gradients before clipping, [] float64. Does not wait for a
  /// GPU; reading the length does.
  Tensor Step(double rate);

  /// What has to be saved to go on later, by name; filled in place on loading.
  /// Empty tensors where no step was taken yet.
  [[nodiscard]] std::vector<std::pair<std::string, Tensor>> state() const;

  /// Steps taken, which AdamW needs as well.
  [[nodiscard]] std::int64_t steps() const { return steps_; }

  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  struct Slot {
    Parameter parameter;
    Tensor first;   ///< velocity, or mean gradient
    Tensor second;  ///< mean squared gradient, of kAdamW
  };

  [[nodiscard]] Tensor GradientNorm() const;

  OptimizerOptions options_;
  std::vector<Slot> slots_;
  std::int64_t steps_ = 0;
};

/// "sgd" or "adamw". Throws TrainError for another word.
Method ParseMethod(std::string_view word);

}  // namespace mien::train
