// SPDX-License-Identifier: Apache-2.0
//
// A value in 8 bits has one scale for all channels, so that of the loudest
// leaves few steps to the quiet ones. Where a convolution makes the value, be
// it through a rectifier, its channels can be scaled for nothing, and the
// weights that read them by the inverse. Source: Nagel et al. 2019, "Data-Free
// Quantization Through Weight Equalization and Bias Correction", section 4.1,
// with what samples show of the value as in Xiao et al. 2023, "SmoothQuant",
// section 4, of equal shares.
#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien::quantize {

/// `graph`, which Simplify() made, with the channels before its quantisable
/// convolutions scaled where that costs nothing; the same network but for
/// rounding of floats. `shape` is its input's, with a batch of 1.
///
/// Errors: those of CompiledNet::Compile().
Result<Graph> EqualizeChannels(const Graph& graph,
                               const Shape& shape,
                               std::span<const std::vector<float>> samples);

}  // namespace mien::quantize
