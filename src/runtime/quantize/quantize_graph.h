// SPDX-License-Identifier: Apache-2.0
//
// Post-training quantisation: which values of a network are rounded to 8 bits,
// and the graph that says so with QuantizeLinear and DequantizeLinear, the form
// that ONNX Runtime and others read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"
#include "runtime/quantize/value_range.h"

namespace mien::quantize {

/// A convolution that can run in 8-bit integers.
struct QuantizableLayer {
  std::string name;    ///< of its node, or of its output
  std::string output;  ///< the value that it makes
  std::string input;   ///< the value that it reads
};

/// Convolutions of `graph`, which Simplify() made, with constant weights over
/// more than one channel. Depthwise ones are left out: in 8 bits they are no
/// faster here and lose more than any others.
std::vector<QuantizableLayer> FindQuantizableLayers(const Graph& graph);

/// Values that InsertQuantization() may round, whatever layers it is given:
/// those whose ranges it asks for.
std::set<std::string> ValuesToObserve(const Graph& graph);

/// `graph`, which Simplify() made, with the layers whose outputs are in
/// `layers` reading 8-bit integers of `ranges`:
/// - activations in uint8 with a zero point, one scale per value;
/// - weights in int8, one scale per output channel, stored as int8;
/// - biases in int32, in units of the sums.
/// Joins and max poolings that only such layers read work on the same integers,
/// so all values joined share one range. Residual sums stay float.
///
/// Errors:
/// - kInvalidArgument: a value without a range.
Result<Graph> InsertQuantization(
    const Graph& graph,
    const std::set<std::string>& layers,
    const std::map<std::string, ValueRange>& ranges);

}  // namespace mien::quantize
