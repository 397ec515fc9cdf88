// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/lowering.h"

#include <algorithm>
#include <utility>

#include "graph/shape_inference.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {

Lowering::Lowering(const Graph& graph,
                   std::map<std::string, ValueType> types,
                   const LoweringOptions& options,
                   WeightStore& weights)
    : graph_(graph),
      types_(std::move(types)),
      options_(options),
      weights_(weights) {
  plan_.engine = dnnl::engine(dnnl::engine::kind::cpu, 0);
  plan_.precision = options.precision;
  plan_.num_threads = options.num_threads;
}

Result<NetPlan> Lowering::Run() && {
  FindLastUses();
  DefineInputs();
  for (node_index_ = 0; node_index_ < graph_.nodes.size(); ++node_index_) {
    MIEN_RETURN_IF_ERROR(LowerNode(graph_.nodes[node_index_]));
  }
  DefineOutputs();
  PlanStorages();
  return std::move(plan_);
}

void Lowering::FindLastUses() {
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    for (const std::string& input : graph_.nodes[i].inputs) {
      values_[input].last_use = i;
      readers_[input].push_back(&graph_.nodes[i]);
    }
  }
  for (const ValueInfo& output : graph_.outputs) {
    values_[output.name].last_use = kForever;
  }
}

void Lowering::DefineInputs() {
  for (const ValueInfo& input : graph_.inputs) {
    ValueInfo fixed = input;
    fixed.shape = ShapeOf(input.name);
    plan_.inputs.push_back(fixed);
    const Operand operand =
        NewOperand(options_.input_desc.value_or(PlainDesc(fixed.shape)));
    plan_.input_operands.push_back(operand);
    Define(input.name, operand);
  }
}

Result<void> Lowering::LowerNode(const Node& node) {
  if (const LowerFunction lower = FindLowerFunction(node)) {
    MIEN_ASSIGN_OR_RETURN(const Lowered lowered, lower(*this, node));
    if (lowered == Lowered::kYes) {
      return {};
    }
  }
  return LowerByReference(*this, node);
}

bool Lowering::IsTaken(std::size_t storage) const {
  const auto stands_in = [&](const Operand& operand) {
    return !operand.constant && operand.storage == storage;
  };
  return std::ranges::any_of(plan_.input_operands, stands_in) ||
         std::ranges::any_of(plan_.output_operands, stands_in);
}

Operand Lowering::OutputOperand(const ValueInfo& output) {
  if (TypeOf(output.name) != DataType::kFloat32) {
    const Operand from = ReadPlain(output.name);
    const Operand to = NewOperand(PlainDesc(ShapeOf(output.name)));
    AddConversion(output.name, from, to);
    return to;
  }
  const bool stays =
      options_.keeps_output_layout && IsChannelsLast(Read(output.name).desc);
  const Operand result = stays ? Read(output.name) : ReadPlain(output.name);
  if (!result.constant && result.offset == 0 && !IsTaken(result.storage)) {
    return result;
  }
  const Operand copy = NewOperand(result.desc);
  AddReorder(output.name, result, copy);
  return copy;
}

void Lowering::DefineOutputs() {
  for (const ValueInfo& output : graph_.outputs) {
    ValueInfo fixed = output;
    fixed.shape = ShapeOf(output.name);
    plan_.outputs.push_back(fixed);
    plan_.output_operands.push_back(OutputOperand(output));
  }
}

void Lowering::PlanStorages() {
  const std::size_t end = plan_.steps.size();
  for (BufferLife& storage : plan_.storages) {
    storage.first_step = end;
  }
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
    for (const Operand& operand : plan_.steps[i].operands) {
      if (!operand.constant) {
        BufferLife& storage = plan_.storages[operand.storage];
        storage.first_step = std::min(storage.first_step, i);
        storage.last_step = i;
      }
    }
  }
  // Inputs are filled before the first step, outputs read after the last.
  for (const Operand& input : plan_.input_operands) {
    plan_.storages[input.storage].first_step = 0;
  }
  // An input may be filled while the outputs of the last run are being read.
  for (const Operand& output : plan_.output_operands) {
    plan_.storages[output.storage].first_step = 0;
    plan_.storages[output.storage].last_step = end;
  }
  plan_.memory = PlanMemory(plan_.storages);
}

Result<NetPlan> LowerGraph(const Graph& graph,
                           const LoweringOptions& options,
                           WeightStore& weights) {
  MIEN_ASSIGN_OR_RETURN(InferredShapes shapes, InferShapes(graph, {}));
  try {
    return Lowering(graph, std::move(shapes.types), options, weights).Run();
  } catch (const dnnl::error& error) {
    return Error{ErrorCode::kInternal, std::string("oneDNN: ") + error.what()};
  }
}

}  // namespace mien::onednn
