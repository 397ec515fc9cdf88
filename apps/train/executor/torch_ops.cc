// SPDX-License-Identifier: Apache-2.0
#include "train/executor/torch_ops.h"

#include <map>

namespace mien::train {
namespace {

std::map<std::string_view, TorchOp> JoinTables() {
  std::map<std::string_view, TorchOp> joined;
  for (const TorchOpTable table :
       {LayerOps(), PoolOps(), ElementwiseOps(), ReductionOps(), ShapeOps()}) {
    for (const TorchOpEntry& entry : table) {
      joined.emplace(entry.op_type, entry.op);
    }
  }
  return joined;
}

}  // namespace

TorchOp FindTorchOp(std::string_view op_type) {
  static const std::map<std::string_view, TorchOp> ops = JoinTables();
  const auto found = ops.find(op_type);
  return found == ops.end() ? nullptr : found->second;
}

std::int64_t FrontAxis(std::int64_t axis, std::int64_t rank) {
  return axis < 0 ? axis + rank : axis;
}

}  // namespace mien::train
