// SPDX-License-Identifier: Apache-2.0
//
// How the detectors' weights move: AdamW (Loshchilov and Hutter 2019,
// arXiv:1711.05101, Algorithm 2), and their moving average.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "train/executor/torch_net.h"
#include "train/torch.h"

namespace mien::train {

using NamedTensors = std::map<std::string, Tensor>;

struct AdamWOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;  ///< of kernels only

  /// The gradient's length over all parameters is cut to this.
  double max_gradient_norm = 10.0;
};

/// Thread safety: none.
class AdamW {
 public:
  /// `net` outlives this object.
  AdamW(const TorchNet& net, const AdamWOptions& options);

  /// Moves the parameters against their gradients, which it then removes.
  /// Returns the length of the gradient before cutting.
  double Step(double learning_rate);

  /// Both moments of each parameter and the number of steps; the tensors are
  /// the living ones.
  [[nodiscard]] NamedTensors State() const;

  /// Takes over what State() gave. Throws TrainError naming what is missing.
  void Restore(const NamedTensors& state);

 private:
  struct Moments {
    Parameter parameter;
    Tensor first;
    Tensor second;
  };

  double CutGradient();

  AdamWOptions options_;
  std::vector<Moments> moments_;
  Tensor steps_;
};

/// Average of a network's weights and statistics over its last steps, which
/// detects better than the weights themselves.
///
/// Thread safety: none.
class MovingAverage {
 public:
  /// `net` outlives this object. Each step counts 1 - `decay`, the first ones
  /// more.
  MovingAverage(const TorchNet& net, double decay);

  void Update();

  /// The network with the averaged weights.
  [[nodiscard]] Graph Export() const;

  [[nodiscard]] NamedTensors State() const;
  void Restore(const NamedTensors& state);

 private:
  struct Pair {
    std::string name;
    Tensor weight;
    Tensor average;
  };

  const TorchNet& net_;
  double decay_;
  std::vector<Pair> pairs_;
  Tensor steps_;
};

/// Copies `source` into the tensors of `target` of the same names. Throws
/// TrainError naming one that is missing or of another shape.
void CopyInto(const NamedTensors& source, const NamedTensors& target);

/// The rate at `step` of `steps`: grows linearly over `warmup_steps` to `peak`,
/// then falls with a cosine to zero (Loshchilov and Hutter 2017,
/// arXiv:1608.03983).
double LearningRate(std::int64_t step,
                    std::int64_t steps,
                    std::int64_t warmup_steps,
                    double peak);

}  // namespace mien::train
