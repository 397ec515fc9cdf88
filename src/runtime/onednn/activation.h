// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "runtime/onednn/lowering.h"

namespace mien::onednn {

/// One element-wise operation of oneDNN.
struct Eltwise {
  dnnl::algorithm algorithm = dnnl::algorithm::eltwise_linear;
  float alpha = 0.0F;
  float beta = 0.0F;
};

/// The element-wise operations that one after the other make up the activation
/// `name`, or nothing when it is none of those ("PRelu" included). Parameters
/// come from `node`: an operator of that name or one of fused_ops.h.
std::optional<std::vector<Eltwise>> EltwisesOf(const Node& node,
                                               std::string_view name);

/// Adds steps that apply `eltwises` to `operand` in place.
void AddEltwises(Lowering& net,
                 const std::vector<Eltwise>& eltwises,
                 const Operand& operand,
                 const LayerInfo& layer);

/// Adds a step that applies PReLU to `operand` [N, C, ...] in place; `slope`
/// has 1 element or C.
void AddPrelu(Lowering& net,
              const Tensor& slope,
              const Operand& operand,
              const LayerInfo& layer);

/// `value` in memory that may be changed: its own when nobody else needs it,
/// otherwise a copy.
Operand WritableCopy(Lowering& net, const std::string& value);

}  // namespace mien::onednn
