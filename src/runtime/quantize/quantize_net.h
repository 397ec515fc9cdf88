// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"
#include "runtime/quantize/observe.h"
#include "runtime/quantize/value_range.h"

namespace mien::quantize {

struct QuantizeOptions {
  RangeMethod method = RangeMethod::kPercentile;

  /// Names of layers that stay in float. Nothing: the most sensitive stay, one
  /// after the other, until `target_cosine` is reached or an eighth has stayed.
  std::optional<std::set<std::string>> keep = std::nullopt;

  /// Mean cosine to the float answers, in (0, 1).
  double target_cosine = 0.998;

  /// Called with the steps done and all steps.
  std::function<void(int done, int total)> on_progress = {};
};

/// What became of one layer.
struct LayerReport {
  std::string name;
  ValueRange range;  ///< of its input

  /// 1 - mean cosine of the answers with only this layer in 8 bits; NaN when it
  /// was not measured.
  double error = 0.0;
  bool is_kept = false;
};

struct QuantizedNet {
  Graph graph;  ///< ready to be saved
  std::vector<LayerReport> layers;

  /// Between the answers of the float network and this one, on samples that the
  /// ranges were not taken from.
  Agreement agreement;
};

/// Quantises `graph`, of one input whose extents are `shape` for a batch of 1.
/// Of `samples`, inputs as the network will see them, the last quarter is kept
/// for measuring. What stays in float is stored as float16.
///
/// Errors:
/// - kInvalidArgument: fewer than 4 samples, `keep` names no layer (names it),
///   or `graph` is quantised already.
/// - kUnsupported: no layer can be quantised.
/// - those of CompiledNet::Compile() and ToStandardForm().
Result<QuantizedNet> QuantizeNet(const Graph& graph,
                                 const Shape& shape,
                                 std::span<const std::vector<float>> samples,
                                 const QuantizeOptions& options);

}  // namespace mien::quantize
