// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "train/executor/torch_ops.h"

namespace mien::train {

enum class StepKind : std::uint8_t {
  kOperator,
  kReluInPlace,  ///< a Relu whose input nothing else reads
  kScaledAdd     ///< Add of a value and of another times a number
};

/// A node made ready to run.
struct Step {
  const Node* node = nullptr;
  StepKind kind = StepKind::kOperator;
  TorchOp op = nullptr;

  /// Names of the values it reads; "" for an input left out.
  std::vector<std::string> inputs = {};

  /// Names of the values it makes.
  std::vector<std::string> outputs = {};

  /// Of batch norm: the Relu or PRelu that it does along the way, whose slopes
  /// are the last input then.
  const Node* activation = nullptr;

  /// Of kScaledAdd: input 0 + scale * input 1.
  double scale = 1.0;

  /// Of batch norm: keeps its statistics.
  bool frozen = false;

  /// Values that no later step reads.
  std::vector<std::string> last_used = {};
};

/// The nodes of a canonical graph in order, those that merge merged: reading
/// and writing each activation once less is what training gains by. The steps
/// point into `graph`.
///
/// Throws TrainError naming node and operator that has no TorchOp.
std::vector<Step> PlanSteps(const Graph& graph);

}  // namespace mien::train
