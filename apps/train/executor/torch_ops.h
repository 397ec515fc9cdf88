// SPDX-License-Identifier: Apache-2.0
//
// The operators of canonical graphs (graph/opset.h) on libtorch's tensors. Each
// file ops_*.cc beside this one holds one family and lists it in a table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "train/executor/tensor_sum.h"
#include "train/executor/torch_net.h"
#include "train/torch.h"

namespace mien::train {

/// One node being run.
struct OpCall {
  const Node& node;

  /// One per input of the node; undefined where the input is left out.
  std::span<const Tensor> inputs;

  Mode mode = Mode::kEval;

  /// Type that convolutions compute in.
  torch::ScalarType conv_type = torch::kFloat32;

  /// Of batch norm: the Relu or PRelu to do along the way, or null.
  const Node* activation = nullptr;

  /// Of batch norm: see NormWeights.
  c10::intrusive_ptr<TensorSum> sum_over_ranks = {};

  /// Whether batch norm keeps its running statistics and uses them.
  bool frozen = false;

  [[nodiscard]] const Tensor& operator[](std::size_t i) const {
    return inputs[i];
  }

  [[nodiscard]] bool Has(std::size_t i) const {
    return i < inputs.size() && inputs[i].defined();
  }
};

/// Computes the outputs of a node; gradients flow where libtorch has them.
/// Throws TrainError, without the node's name, for forms that it cannot run.
using TorchOp = std::vector<Tensor> (*)(const OpCall& call);

struct TorchOpEntry {
  std::string_view op_type;
  TorchOp op;
};

using TorchOpTable = std::span<const TorchOpEntry>;

TorchOpTable LayerOps();
TorchOpTable PoolOps();
TorchOpTable ElementwiseOps();
TorchOpTable ReductionOps();
TorchOpTable ShapeOps();

/// The operator, or null when there is none.
TorchOp FindTorchOp(std::string_view op_type);

/// `axis` of a tensor of `rank` counted from the front.
std::int64_t FrontAxis(std::int64_t axis, std::int64_t rank);

}  // namespace mien::train
