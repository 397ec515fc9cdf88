// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "graph/builder.h"

namespace mien::nets {

/// Parameters that depend on nothing but their names, so that two
/// implementations of a network can be compared without sharing a file:
///
///   x_0 = crc32(name),  x_{k+1} = (1664525 x_k + 1013904223) mod 2^32,
///   u_k = x_{k+1} / 2^31 - 1, in row-major order of the tensor
///
///   batch norm   weight 1 + 0.1 u, bias 0.1 u, running mean 0.1 u,
///                running variance 1 + 0.5 |u|
///   biases       0.1 u
///   PReLU        0.25 + 0.1 u
///   weights      u sqrt(6 / product of all extents but the first)
///
/// computed in double precision and rounded to float32.
ParameterSource FormulaParameters();

/// u_0, u_1, ... of `name`, `count` of them, each in [-1, 1).
std::vector<double> FormulaNumbers(std::string_view name, std::size_t count);

}  // namespace mien::nets
