// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace mien {

/// Sum of the products of `a` and `b`, of equal size, in double precision.
double Dot(std::span<const float> a, std::span<const float> b);

/// Writes `vector`, of any length > 0, at length 1 to the beginning of `out`.
void Normalize(std::span<const float> vector, std::span<float> out);

}  // namespace mien
