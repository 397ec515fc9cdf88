// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace mien {

/// y = rows (x - mean).
struct LinearProjection {
  /// [d]
  std::vector<float> mean;

  /// [k, d], row-major; k = 0 stands for the identity.
  std::vector<float> rows;

  /// [k], or [d] for the identity, of `x` in [d].
  [[nodiscard]] std::vector<float> Apply(std::span<const float> x) const;
};

/// The mean of vectors of equal length; empty for none.
std::vector<float> MeanOf(std::span<const std::vector<float>* const> vectors);

}  // namespace mien
