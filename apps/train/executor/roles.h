// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "graph/graph.h"

namespace mien::train {

/// What an initializer is to training.
enum class Role : std::uint8_t {
  kKernel,    ///< convolution or matrix: learned, decays
  kAffine,    ///< bias, slope, scale or shift: learned, does not decay
  kStatistic  ///< running mean or variance of batch norm
};

/// The float32 initializers of a canonical graph that are not mere constants,
/// by name. An initializer that two layers share has the role that the first
/// gives it.
std::map<std::string, Role> InitializerRoles(const Graph& graph);

}  // namespace mien::train
