// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien::reference {

/// A function of one number that operators apply element by element.
struct Activation {
  /// ONNX's name, or one of kActivationNames.
  std::string_view name;

  /// `alpha` and `beta` are the attributes; most functions need neither.
  double (*apply)(double x, double alpha, double beta);

  double default_alpha = 0.0;
  double default_beta = 0.0;
};

/// The function of that name, or null. PRelu is not among them: it has a slope
/// per channel.
const Activation* FindActivation(std::string_view name);

/// What a fused operator does to its sums [N, M, ...] at the end.
class FusedActivation {
 public:
  /// Reads the attributes activation, alpha, beta and the slopes, which may be
  /// null.
  ///
  /// Errors:
  /// - kCorruptModel: slopes that are missing or not one, or one a channel.
  /// - kUnsupported: an unknown activation.
  static Result<FusedActivation> Create(const Node& node,
                                        const Tensor* slope,
                                        std::int64_t channels);

  /// `x` of channel `channel` after the activation.
  [[nodiscard]] double Apply(double x, std::size_t channel) const;

 private:
  const Activation* activation_ = nullptr;
  double alpha_ = 0.0;
  double beta_ = 0.0;
  std::vector<double> slopes_;
};

}  // namespace mien::reference
