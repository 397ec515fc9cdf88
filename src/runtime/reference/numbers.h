// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "graph/tensor.h"

namespace mien::reference {

/// Whether `type` is an integer or bool.
bool IsInteger(DataType type);

/// The elements of `tensor`, whatever its type; integers are exact up to 2^53.
std::vector<double> ToDoubles(const Tensor& tensor);

/// A tensor of `type` from doubles: floats are rounded to the nearest, integers
/// cut towards zero and held in the type's range (NaN becomes 0), bool is
/// whether the value differs from 0.
Tensor FromDoubles(DataType type,
                   const Shape& shape,
                   std::span<const double> values);

/// `value` rounded to the nearest bfloat16, ties to even.
float RoundToBfloat16(float value);

/// The elements of `tensor`, each rounded to bfloat16.
std::vector<float> ToBfloat16Floats(const Tensor& tensor);

}  // namespace mien::reference
