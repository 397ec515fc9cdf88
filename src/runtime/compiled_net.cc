// SPDX-License-Identifier: Apache-2.0
#include "runtime/compiled_net.h"

#include <chrono>
#include <optional>
#include <utility>

#include "core/check.h"
#include "core/cpu.h"
#include "graph/opset.h"
#include "runtime/batch_split.h"
#include "runtime/onednn/net_plan.h"
#include "runtime/onednn/omp_threads.h"
#include "runtime/passes/pass.h"
#include "runtime/resolve_precision.h"

namespace mien {

using onednn::Operand;

/// The first layers, which run on some samples of the batch at a time.
struct Head {
  onednn::NetPlan net;
  std::size_t rounds = 0;
  ValueInfo input;  ///< of the whole batch

  // Of the samples of one round.
  std::size_t input_bytes = 0;
  std::size_t output_bytes = 0;

  [[nodiscard]] const Operand& input_operand() const {
    return net.input_operands.front();
  }

  [[nodiscard]] const Operand& output_operand() const {
    return net.output_operands.front();
  }
};

struct CompiledNet::Plan {
  std::optional<Head> head;
  onednn::NetPlan net;  ///< what follows the head, if there is one
  std::vector<ValueInfo> inputs;
  std::vector<LayerInfo> layers;
};

namespace {

std::size_t BytesOf(const ValueInfo& value) {
  return static_cast<std::size_t>(NumElements(value.shape)) *
         ElementBytes(value.type);
}

/// `desc`, channels last or row-major, of a batch as large as that of `shape`.
onednn::MemoryDesc WithBatchOf(const Shape& shape,
                               const onednn::MemoryDesc& desc) {
  const auto type = onednn::ElementType(desc);
  return onednn::IsChannelsLast(desc) ? onednn::ChannelsLastDesc(shape, type)
                                      : onednn::PlainDesc(shape, type);
}

/// Compiles `split`; a plan without head when what the head leaves cannot be
/// put together.
Result<CompiledNet::Plan> LowerParts(const BatchSplit& split,
                                     const ValueInfo& input,
                                     onednn::LoweringOptions options,
                                     onednn::WeightStore& weights) {
  CompiledNet::Plan plan;
  options.keeps_output_layout = true;
  MIEN_ASSIGN_OR_RETURN(onednn::NetPlan net,
                        onednn::LowerGraph(split.head, options, weights));
  const std::size_t storage_bytes =
      net.storages[net.output_operands.front().storage].bytes;
  Head head = {.net = std::move(net), .input = input};
  head.rounds = static_cast<std::size_t>(input.shape[0] / split.samples);
  head.input_bytes = BytesOf(input) / head.rounds;
  head.output_bytes = head.output_operand().desc.get_size();
  options.keeps_output_layout = false;
  options.input_desc =
      WithBatchOf(split.tail.inputs.front().shape, head.output_operand().desc);
  if (storage_bytes != head.output_bytes ||
      options.input_desc->get_size() != head.rounds * head.output_bytes) {
    return plan;
  }
  MIEN_ASSIGN_OR_RETURN(plan.net,
                        onednn::LowerGraph(split.tail, options, weights));
  plan.inputs = {input};
  for (LayerInfo layer : head.net.layers) {
    layer.flops *= static_cast<double>(head.rounds);
    plan.layers.push_back(std::move(layer));
  }
  plan.layers.insert(
      plan.layers.end(), plan.net.layers.begin(), plan.net.layers.end());
  plan.head = std::move(head);
  return plan;
}

/// `graph` as a whole, or in two parts where that pays.
Result<CompiledNet::Plan> LowerWhole(const Graph& graph,
                                     const onednn::LoweringOptions& options,
                                     onednn::WeightStore& weights) {
  MIEN_ASSIGN_OR_RETURN(const auto split,
                        SplitBatch(graph, options.num_threads));
  if (split) {
    MIEN_ASSIGN_OR_RETURN(
        CompiledNet::Plan plan,
        LowerParts(*split, graph.inputs.front(), options, weights));
    if (plan.head) {
      return plan;
    }
  }
  CompiledNet::Plan plan;
  MIEN_ASSIGN_OR_RETURN(plan.net, onednn::LowerGraph(graph, options, weights));
  plan.inputs = plan.net.inputs;
  plan.layers = plan.net.layers;
  return plan;
}

}  // namespace

struct Workspace::State {
  explicit State(std::shared_ptr<const CompiledNet::Plan> shared_plan)
      : plan(std::move(shared_plan)),
        input(plan->head ? BytesOf(plan->head->input) : 0),
        head_arena(plan->head ? plan->head->net.memory.total_bytes : 0),
        arena(plan->net.memory.total_bytes),
        head_stream(plan->head ? plan->head->net.engine : plan->net.engine),
        stream(plan->net.engine) {
    if (plan->head) {
      for (std::size_t round = 0; round < plan->head->rounds; ++round) {
        BindSteps(plan->head->net,
                  head_stream,
                  [this, round](const Operand& operand) {
                    return AddressInHead(operand, round);
                  });
      }
    }
    BindSteps(plan->net, stream, [this](const Operand& operand) {
      return AddressOf(operand);
    });
  }

  template <typename F>
  void BindSteps(const onednn::NetPlan& net,
                 const dnnl::stream& on,
                 F address_of) {
    for (const onednn::Step& step : net.steps) {
      std::vector<std::byte*> addresses;
      for (const Operand& operand : step.operands) {
        addresses.push_back(
            operand.constant
                // Kernels only read what is constant; oneDNN's arguments know
                // no const.
                ? const_cast<std::byte*>(operand.constant->data())
                : address_of(operand));
      }
      kernels.push_back(step.kernel->Bind({net.engine, on, addresses}));
    }
  }

  [[nodiscard]] std::byte* AddressOf(const Operand& operand) const {
    if (operand.constant) {
      return const_cast<std::byte*>(operand.constant->data());
    }
    return arena.data() + plan->net.memory.offsets[operand.storage] +
           operand.offset;
  }

  /// The head reads slices of the input and leaves slices of the tail's.
  [[nodiscard]] std::byte* AddressInHead(const Operand& operand,
                                         std::size_t round) const {
    const Head& head = *plan->head;
    std::byte* base =
        head_arena.data() + head.net.memory.offsets[operand.storage];
    if (operand.storage == head.input_operand().storage) {
      base = input.data() + round * head.input_bytes;
    } else if (operand.storage == head.output_operand().storage) {
      base = AddressOf(plan->net.input_operands.front()) +
             round * head.output_bytes;
    }
    return base + operand.offset;
  }

  std::shared_ptr<const CompiledNet::Plan> plan;
  onednn::AlignedBytes input;  ///< of the head
  onednn::AlignedBytes head_arena;
  onednn::AlignedBytes arena;
  dnnl::stream head_stream;
  dnnl::stream stream;
  std::vector<std::unique_ptr<onednn::BoundKernel>> kernels;
};

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}

Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

std::span<float> Workspace::input(std::size_t i) {
  const CompiledNet::Plan& plan = *state_->plan;
  std::byte* address = plan.head
                           ? state_->input.data()
                           : state_->AddressOf(plan.net.input_operands.at(i));
  return {reinterpret_cast<float*>(address),
          static_cast<std::size_t>(NumElements(plan.inputs.at(i).shape))};
}

std::span<const float> Workspace::output(std::size_t i) const {
  const onednn::NetPlan& net = state_->plan->net;
  return {reinterpret_cast<const float*>(
              state_->AddressOf(net.output_operands.at(i))),
          static_cast<std::size_t>(NumElements(net.outputs.at(i).shape))};
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
      Plan plan,
      LowerWhole(optimized, {precision, options.num_threads}, weights));
  return std::shared_ptr<const CompiledNet>(
      new CompiledNet(std::make_shared<const Plan>(std::move(plan))));
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
  layer_us.assign(plan_->layers.size(), 0.0);
  const std::size_t head_steps =
      plan_->head ? plan_->head->net.steps.size() : 0;
  const std::size_t repeated =
      plan_->head ? head_steps * (plan_->head->rounds - 1) : 0;
  const auto& kernels = workspace.state_->kernels;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    const std::size_t layer =
        i < head_steps + repeated ? i % head_steps : i - repeated;
    const auto begin = Clock::now();
    kernels[i]->Run();
    layer_us[layer] +=
        std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
  }
}

const std::vector<ValueInfo>& CompiledNet::inputs() const {
  return plan_->inputs;
}

const std::vector<ValueInfo>& CompiledNet::outputs() const {
  return plan_->net.outputs;
}

const std::vector<LayerInfo>& CompiledNet::layers() const {
  return plan_->layers;
}

Precision CompiledNet::precision() const { return plan_->net.precision; }

std::size_t CompiledNet::weight_bytes() const {
  return plan_->net.weight_bytes +
         (plan_->head ? plan_->head->net.weight_bytes : 0);
}

std::size_t CompiledNet::workspace_bytes() const {
  return plan_->net.memory.total_bytes +
         (plan_->head ? plan_->head->net.memory.total_bytes +
                            BytesOf(plan_->head->input)
                      : 0);
}

}  // namespace mien
