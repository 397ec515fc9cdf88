// SPDX-License-Identifier: Apache-2.0
//
// What operators ask of values while they are lowered, and what they define.
#include <algorithm>
#include <array>
#include <utility>

#include "core/check.h"
#include "core/cpu.h"
#include "runtime/onednn/lowering.h"
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

}  // namespace

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

}  // namespace mien::onednn
