// SPDX-License-Identifier: Apache-2.0
#include "runtime/compiled_net.h"

#include <chrono>
#include <utility>

#include "core/check.h"
#include "core/cpu.h"
#include "graph/opset.h"
#include "runtime/onednn/net_plan.h"
#include "runtime/onednn/omp_threads.h"
#include "runtime/passes/pass.h"
#include "runtime/resolve_precision.h"

namespace mien {

using onednn::Operand;

struct CompiledNet::Plan {
  onednn::NetPlan net;
};

struct Workspace::State {
  State(std::shared_ptr<const CompiledNet::Plan> shared_plan)
      : plan(std::move(shared_plan)),
        arena(plan->net.memory.total_bytes),
        stream(plan->net.engine) {
    for (const onednn::Step& step : plan->net.steps) {
      std::vector<std::byte*> addresses;
      for (const Operand& operand : step.operands) {
        addresses.push_back(AddressOf(operand));
      }
      kernels.push_back(
          step.kernel->Bind({plan->net.engine, stream, addresses}));
    }
  }

  [[nodiscard]] std::byte* AddressOf(const Operand& operand) const {
    if (operand.constant) {
      // Kernels only read what is constant; oneDNN's arguments know no const.
      return const_cast<std::byte*>(operand.constant->data());
    }
    return arena.data() + plan->net.memory.offsets[operand.storage] +
           operand.offset;
  }

  [[nodiscard]] std::span<float> Floats(const Operand& operand,
                                        const ValueInfo& value) const {
    return {reinterpret_cast<float*>(AddressOf(operand)),
            static_cast<std::size_t>(NumElements(value.shape))};
  }

  std::shared_ptr<const CompiledNet::Plan> plan;
  onednn::AlignedBytes arena;
  dnnl::stream stream;
  std::vector<std::unique_ptr<onednn::BoundKernel>> kernels;
};

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}

Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

std::span<float> Workspace::input(std::size_t i) {
  const onednn::NetPlan& net = state_->plan->net;
  return state_->Floats(net.input_operands.at(i), net.inputs.at(i));
}

std::span<const float> Workspace::output(std::size_t i) const {
  const onednn::NetPlan& net = state_->plan->net;
  return state_->Floats(net.output_operands.at(i), net.outputs.at(i));
}

CompiledNet::CompiledNet(std::shared_ptr<const Plan> plan)
    : plan_(std::move(plan)) {}

CompiledNet::~CompiledNet() = default;

Result<std::shared_ptr<const CompiledNet>> CompiledNet::Compile(
    const Graph& graph, const CompileOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const Graph canonical, Canonicalize(graph));
  MIEN_ASSIGN_OR_RETURN(const Graph optimized, Optimize(canonical));
  onednn::WeightStore weights;
  return CompileOptimized(optimized, options, weights);
}

Result<std::shared_ptr<const CompiledNet>> CompiledNet::CompileOptimized(
    const Graph& graph,
    const CompileOptions& options,
    onednn::WeightStore& weights) {
  if (options.num_threads < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "num_threads is " + std::to_string(options.num_threads) +
                     "; must be >= 1"};
  }
  MIEN_ASSIGN_OR_RETURN(
      const Precision precision,
      ResolvePrecision(options.precision, HostCpu(), IsQuantized(graph)));
  MIEN_ASSIGN_OR_RETURN(const Graph fixed,
                        Specialize(graph, options.input_shapes));
  // Values that only now are constants let more passes apply.
  MIEN_ASSIGN_OR_RETURN(const Graph optimized, Optimize(fixed));
  const onednn::OmpThreads threads(options.num_threads);
  MIEN_ASSIGN_OR_RETURN(
      onednn::NetPlan net,
      onednn::LowerGraph(optimized, {precision, options.num_threads}, weights));
  return std::shared_ptr<const CompiledNet>(
      new CompiledNet(std::make_shared<const Plan>(Plan{std::move(net)})));
}

Workspace CompiledNet::CreateWorkspace() const {
  return Workspace(std::make_unique<Workspace::State>(plan_));
}

void CompiledNet::Run(Workspace& workspace) const {
  MIEN_CHECK(workspace.state_->plan == plan_);
  const onednn::OmpThreads threads(plan_->net.num_threads);
  for (const auto& kernel : workspace.state_->kernels) {
    kernel->Run();
  }
}

void CompiledNet::RunTimed(Workspace& workspace,
                           std::vector<double>& layer_us) const {
  MIEN_CHECK(workspace.state_->plan == plan_);
  using Clock = std::chrono::steady_clock;
  const onednn::OmpThreads threads(plan_->net.num_threads);
  layer_us.clear();
  for (const auto& kernel : workspace.state_->kernels) {
    const auto begin = Clock::now();
    kernel->Run();
    layer_us.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - begin)
            .count());
  }
}

const std::vector<ValueInfo>& CompiledNet::inputs() const {
  return plan_->net.inputs;
}

const std::vector<ValueInfo>& CompiledNet::outputs() const {
  return plan_->net.outputs;
}

const std::vector<LayerInfo>& CompiledNet::layers() const {
  return plan_->net.layers;
}

Precision CompiledNet::precision() const { return plan_->net.precision; }

std::size_t CompiledNet::weight_bytes() const {
  return plan_->net.weight_bytes;
}

std::size_t CompiledNet::workspace_bytes() const {
  return plan_->net.memory.total_bytes;
}

}  // namespace mien
