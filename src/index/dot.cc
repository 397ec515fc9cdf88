// SPDX-License-Identifier: Apache-2.0
#include "index/dot.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace mien {

double Dot(std::span<const float> a, std::span<const float> b) {
  // Eight partial sums, so that the compiler can use vector registers.
  std::array<double, 8> sums{};
  const std::size_t num_whole = a.size() / 8 * 8;
  for (std::size_t i = 0; i < num_whole; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      sums[lane] += static_cast<double>(a[i + lane]) * b[i + lane];
    }
  }
  double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
  for (std::size_t i = num_whole; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * b[i];
  }
  return sum;
}

void Normalize(std::span<const float> vector, std::span<float> out) {
  const double length = std::sqrt(Dot(vector, vector));
  for (std::size_t i = 0; i < vector.size(); ++i) {
    out[i] = static_cast<float>(vector[i] / length);
  }
}

}  // namespace mien
