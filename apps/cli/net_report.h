// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "mien/precision.h"
#include "mien/result.h"
#include "runtime/compiled_net.h"

namespace mien::cli {

/// What `mien model inspect` measures of a network at one batch and size.
struct NetReport {
  Precision precision = Precision::kFloat32;
  std::size_t weight_bytes = 0;
  std::size_t workspace_bytes = 0;
  std::vector<LayerInfo> layers;

  /// Median microseconds per layer, in the order of `layers`.
  std::vector<double> layer_us;

  /// Median microseconds of a whole run.
  double run_us = 0.0;
};

struct NetReportOptions {
  std::map<std::string, Shape> input_shapes;
  Precision precision = Precision::kAuto;
  int num_threads = 1;

  /// Timed runs, >= 1.
  int num_runs = 20;
};

/// Compiles `graph` and times it on inputs of zero.
///
/// Errors: those of CompiledNet::Compile().
Result<NetReport> MeasureNet(const Graph& graph,
                             const NetReportOptions& options);

/// Extents for every input of `graph`: free ones become `batch` (the first) or
/// `height` and `width` (the last two).
///
/// Errors:
/// - kInvalidArgument: a free extent that is neither.
Result<std::map<std::string, Shape>> FillShapes(const Graph& graph,
                                                int batch,
                                                int width,
                                                int height);

/// How often each operator occurs: "FusedConv 51, Reshape 1", most first.
std::string CountOperators(const Graph& graph);

}  // namespace mien::cli
