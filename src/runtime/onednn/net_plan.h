// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "mien/precision.h"
#include "mien/result.h"
#include "runtime/compiled_net.h"
#include "runtime/onednn/kernel.h"
#include "runtime/onednn/memory_plan.h"
#include "runtime/onednn/weight_store.h"

namespace mien::onednn {

/// One call of a kernel.
struct Step {
  std::unique_ptr<const Kernel> kernel;
  std::vector<Operand> operands;
};

/// All that running a net needs.
struct NetPlan {
  dnnl::engine engine;
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;

  /// Where inputs and outputs stand, row-major float32 unless the options said
  /// otherwise.
  std::vector<Operand> input_operands;
  std::vector<Operand> output_operands;

  std::vector<Step> steps;
  std::vector<LayerInfo> layers;  ///< one per step

  /// Offsets of the storages in a workspace's arena.
  MemoryPlan memory;
  std::vector<BufferLife> storages;

  std::size_t weight_bytes = 0;
  Precision precision = Precision::kFloat32;
  int num_threads = 1;
};

struct LoweringOptions {
  /// kFloat32, kBfloat16 or kInt8.
  Precision precision = Precision::kFloat32;
  int num_threads = 1;

  /// How the only input stands, when not row-major.
  std::optional<MemoryDesc> input_desc = std::nullopt;

  /// Outputs stay as their makers leave them when that is channels last.
  bool keeps_output_layout = false;
};

/// Turns `graph`, which is canonical, optimized and of fixed extents, into
/// primitives.
///
/// Errors:
/// - kUnsupported: names node, operator and opset.
/// - kCorruptModel: names the node whose parts contradict each other.
Result<NetPlan> LowerGraph(const Graph& graph,
                           const LoweringOptions& options,
                           WeightStore& weights);

}  // namespace mien::onednn
