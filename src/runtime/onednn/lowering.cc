// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/lowering.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/check.h"
#include "core/cpu.h"
#include "graph/shape_inference.h"
#include "runtime/onednn/operators.h"
#include "runtime/resolve_precision.h"

namespace mien::onednn {
namespace {

/// Operators that compute on bf16 as well as on f32.
constexpr std::array<std::string_view, 14> kBf16Readers = {
    "FusedConv",
    "Conv",
    "FusedGemm",
    "MaxPool",
    "AveragePool",
    "GlobalAveragePool",
    "Concat",
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Add",
    "Identity",
    "Dropout",
    "BatchNormalization"};

/// Layout of a value of another type than float32: its bytes.
MemoryDesc BytesDesc(const Shape& shape, DataType type) {
  const auto bytes =
      NumElements(shape) * static_cast<std::int64_t>(ElementBytes(type));
  return PlainDesc({bytes}, dnnl::memory::data_type::u8);
}

template <typename T>
void ConvertFrom(const std::byte* from, std::size_t count, float* to) {
  const T* typed = reinterpret_cast<const T*>(from);
  std::transform(
      typed, typed + count, to, [](T x) { return static_cast<float>(x); });
}

/// Integers and truth values as floats.
void ConvertToFloat(DataType type,
                    const std::byte* from,
                    std::size_t count,
                    float* to) {
  switch (type) {
    case DataType::kInt64:
      return ConvertFrom<std::int64_t>(from, count, to);
    case DataType::kInt32:
      return ConvertFrom<std::int32_t>(from, count, to);
    case DataType::kInt8:
      return ConvertFrom<std::int8_t>(from, count, to);
    case DataType::kUint8:
    case DataType::kBool:
      return ConvertFrom<std::uint8_t>(from, count, to);
    default:
      MIEN_CHECK(false && "canonical graphs hold no other type");
  }
}

}  // namespace

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

const Shape& Lowering::ShapeOf(const std::string& value) const {
  const auto found = types_.find(value);
  MIEN_CHECK(found != types_.end());
  return found->second.shape;
}

DataType Lowering::TypeOf(const std::string& value) const {
  const auto found = types_.find(value);
  MIEN_CHECK(found != types_.end());
  return found->second.type;
}

bool Lowering::may_multiply_bf16() const {
  return wants_bf16() || (wants_int8() && HasFastBf16(HostCpu()));
}

Lowering::Type Lowering::PreferredType(const std::string& value) const {
  const auto readers = readers_.find(value);
  if (!wants_bf16() || readers == readers_.end() ||
      State(value).last_use == kForever) {
    return Type::f32;
  }
  const bool all_can =
      std::ranges::all_of(readers->second, [](const Node* reader) {
        return std::ranges::find(kBf16Readers, reader->op_type) !=
               kBf16Readers.end();
      });
  return all_can ? Type::bf16 : Type::f32;
}

const Tensor* Lowering::Constant(const std::string& value) const {
  return graph_.FindInitializer(value);
}

const Lowering::ValueState& Lowering::State(const std::string& value) const {
  const auto found = values_.find(value);
  MIEN_CHECK(found != values_.end());
  return found->second;
}

Operand Lowering::Read(const std::string& value) {
  if (const Tensor* tensor = Constant(value)) {
    const MemoryDesc desc = tensor->type() == DataType::kFloat32
                                ? PlainDesc(tensor->shape())
                                : BytesDesc(tensor->shape(), tensor->type());
    return Pack(*tensor, desc, desc);
  }
  if (State(value).copies.empty()) {
    const auto source = quantized_.find(value);
    MIEN_CHECK(source != quantized_.end());
    AddDequantize(*this, value, source->second);
  }
  return State(value).copies.front();
}

Operand Lowering::ReadAs(const std::string& value, const MemoryDesc& desc) {
  if (const Tensor* tensor = Constant(value)) {
    return Pack(*tensor, PlainDesc(tensor->shape()), desc);
  }
  const Operand first = Read(value);
  for (const Operand& copy : State(value).copies) {
    if (SameLayout(copy.desc, desc)) {
      return copy;
    }
  }
  const Operand copy = NewOperand(desc);
  AddReorder(value, first, copy);
  Define(value, copy);
  return copy;
}

Operand Lowering::ReadPlain(const std::string& value) {
  if (TypeOf(value) == DataType::kFloat32) {
    return ReadAs(value, PlainDesc(ShapeOf(value)));
  }
  const Operand operand = Read(value);
  return IsPlain(operand.desc)
             ? operand
             : ReadAs(value,
                      PlainDesc(ShapeOf(value), ElementType(operand.desc)));
}

Operand Lowering::Pack(const Tensor& tensor,
                       const MemoryDesc& plain,
                       const MemoryDesc& wanted) {
  Operand operand;
  operand.desc = wanted;
  operand.constant = weights_.Pack(engine(), tensor, plain, wanted);
  plan_.weight_bytes += wanted.get_size();
  return operand;
}

std::shared_ptr<const std::vector<float>> Lowering::TransformForWinograd(
    const Tensor& weights, std::int64_t lanes) {
  auto transformed = weights_.ToWinograd(weights, lanes);
  plan_.weight_bytes += transformed->size() * sizeof(float);
  return transformed;
}

bool Lowering::MayOverwrite(const std::string& value,
                            const Operand& operand) const {
  if (operand.constant || Constant(value) != nullptr) {
    return false;
  }
  return std::ranges::all_of(storage_values_[operand.storage],
                             [&](const std::string& other) {
                               return State(other).last_use <= node_index_;
                             });
}

Operand Lowering::NewOperand(const MemoryDesc& desc) {
  Operand operand;
  operand.desc = desc;
  operand.storage = plan_.storages.size();
  plan_.storages.push_back({.bytes = desc.get_size()});
  storage_values_.emplace_back();
  return operand;
}

Operand Lowering::NewPlainOperand(const std::string& value) {
  const DataType type = TypeOf(value);
  const Shape& shape = ShapeOf(value);
  return NewOperand(type == DataType::kFloat32 ? PlainDesc(shape)
                                               : BytesDesc(shape, type));
}

void Lowering::Define(const std::string& value, const Operand& operand) {
  values_[value].copies.push_back(operand);
  if (!operand.constant) {
    storage_values_[operand.storage].push_back(value);
  }
}

void Lowering::DefineQuantized(const std::string& value,
                               QuantizedValue source) {
  quantized_.insert_or_assign(value, std::move(source));
}

std::optional<Quantization> Lowering::QuantizationOf(const Node& node) const {
  const Tensor* scale = Constant(node.Input(1));
  const Tensor* zero_point = Constant(node.Input(2));
  if (scale == nullptr || NumElements(scale->shape()) != 1 ||
      (zero_point == nullptr && !node.Input(2).empty())) {
    return std::nullopt;
  }
  const bool is_quantize = node.op_type == "QuantizeLinear";
  const DataType type = TypeOf(is_quantize ? node.outputs[0] : node.inputs[0]);
  if (type != DataType::kInt8 && type != DataType::kUint8) {
    return std::nullopt;
  }
  const std::int64_t zero =
      zero_point == nullptr ? 0 : zero_point->ToInts().front();
  return Quantization{
      type, scale->ToFloats().front(), static_cast<std::int32_t>(zero)};
}

std::optional<QuantizedValue> Lowering::QuantizedSource(
    const std::string& value) const {
  const auto found = quantized_.find(value);
  return found == quantized_.end() ? std::nullopt
                                   : std::optional(found->second);
}

const Node* Lowering::OnlyReader(const std::string& value) const {
  const auto readers = readers_.find(value);
  const bool is_one = readers != readers_.end() &&
                      readers->second.size() == 1 &&
                      State(value).last_use != kForever;
  return is_one ? readers->second.front() : nullptr;
}

std::optional<QuantizedValue> Lowering::OnlyQuantizer(
    const std::string& value) const {
  const Node* reader = OnlyReader(value);
  if (reader == nullptr || !reader->Is("QuantizeLinear")) {
    return std::nullopt;
  }
  const auto quantization = QuantizationOf(*reader);
  if (!quantization) {
    return std::nullopt;
  }
  return QuantizedValue{reader->outputs[0], *quantization};
}

const UnrectifiedValue* Lowering::Unrectified(const std::string& value) const {
  const auto found = unrectified_.find(value);
  return found == unrectified_.end() ? nullptr : &found->second;
}

void Lowering::DefineUnrectified(const std::string& value,
                                 UnrectifiedValue source) {
  unrectified_.emplace(value, std::move(source));
}

bool Lowering::IsDefined(const std::string& value) const {
  const auto found = values_.find(value);
  return found != values_.end() && !found->second.copies.empty();
}

void Lowering::AddStep(std::unique_ptr<const Kernel> kernel,
                       std::vector<Operand> operands,
                       LayerInfo layer) {
  plan_.steps.push_back({std::move(kernel), std::move(operands)});
  plan_.layers.push_back(std::move(layer));
}

void Lowering::AddPrimitive(const PrimitiveDesc& desc,
                            std::vector<int> arguments,
                            std::vector<Operand> operands,
                            LayerInfo layer) {
  const MemoryDesc scratch = desc.scratchpad_desc();
  if (scratch.get_size() > 0) {
    arguments.push_back(DNNL_ARG_SCRATCHPAD);
    operands.push_back(NewOperand(scratch));
  }
  std::vector<MemoryDesc> descs;
  for (const Operand& operand : operands) {
    descs.push_back(operand.desc);
  }
  layer.implementation = desc.impl_info_str();
  AddStep(MakePrimitiveKernel(
              dnnl::primitive(desc.get()), std::move(arguments), descs),
          std::move(operands),
          std::move(layer));
}

void Lowering::AddConversion(const std::string& value,
                             const Operand& from,
                             const Operand& to) {
  const DataType type = TypeOf(value);
  const auto count = static_cast<std::size_t>(NumElements(ShapeOf(value)));
  LayerInfo layer;
  layer.name = value;
  layer.op_type = "Cast";
  layer.implementation = "loop";
  layer.output_shape = ShapeOf(value);
  AddStep(MakeLoopKernel([type, count](std::span<std::byte* const> at) {
            ConvertToFloat(type, at[0], count, reinterpret_cast<float*>(at[1]));
          }),
          {from, to},
          std::move(layer));
}

LayerInfo Lowering::DescribeLayer(const Node& node) const {
  LayerInfo layer;
  layer.name = node.name.empty() ? node.outputs.front() : node.name;
  layer.op_type = node.op_type;
  layer.output_shape = ShapeOf(node.outputs.front());
  return layer;
}

void Lowering::AddReorder(const std::string& value,
                          const Operand& from,
                          const Operand& to) {
  const PrimitiveDesc desc =
      ReorderDesc(engine(), from.desc, to.desc, NewAttr());
  MIEN_CHECK(desc);
  LayerInfo layer;
  layer.name = value;
  layer.op_type = "Reorder";
  layer.output_shape = ShapeOf(value);
  AddPrimitive(
      desc, {DNNL_ARG_FROM, DNNL_ARG_TO}, {from, to}, std::move(layer));
}

dnnl::primitive_attr Lowering::NewAttr() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
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
