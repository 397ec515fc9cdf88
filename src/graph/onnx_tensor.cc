// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_tensor.h"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "graph/onnx_types.h"

namespace mien {
namespace {

// raw_data is little-endian (onnx.proto3, TensorProto.raw_data).
static_assert(std::endian::native == std::endian::little);

std::string ElementTypeText(int element_type) {
  const std::string name =
      onnx::TensorProto::DataType_IsValid(element_type)
          ? onnx::TensorProto::DataType_Name(
                static_cast<onnx::TensorProto::DataType>(element_type))
          : std::to_string(element_type);
  return "element type " + name;
}

Error DoesNotFit(std::int64_t found,
                 std::string_view unit,
                 DataType type,
                 const Shape& shape) {
  return {ErrorCode::kCorruptModel,
          "holds " + std::to_string(found) + " " + std::string(unit) +
              ", which does not fit " + std::string(DataTypeName(type)) + " " +
              ShapeText(shape)};
}

Result<Shape> ReadShape(const onnx::TensorProto& proto) {
  Shape shape(proto.dims().begin(), proto.dims().end());
  if (!CheckedNumElements(shape)) {
    return Error{ErrorCode::kCorruptModel,
                 "extents " + ShapeText(shape) +
                     " are negative or more than memory can hold"};
  }
  return shape;
}

/// Any byte but 0 counts as true, and reading it as a C++ bool must be safe.
void NormalizeBools(std::string& bytes) {
  for (char& byte : bytes) {
    byte = byte != 0 ? 1 : 0;
  }
}

Result<Tensor> FromRaw(std::string raw, DataType type, Shape shape) {
  const auto count = static_cast<std::size_t>(NumElements(shape));
  if (raw.size() != count * ElementBytes(type)) {
    return DoesNotFit(
        static_cast<std::int64_t>(raw.size()), "bytes", type, shape);
  }
  if (type == DataType::kBool) {
    NormalizeBools(raw);
  }
  const auto owner = std::make_shared<const std::string>(std::move(raw));
  return Tensor::Shared(
      type, std::move(shape), owner, std::as_bytes(std::span(*owner)));
}

template <typename To, typename Field>
Result<Tensor> FromField(const Field& field, DataType type, Shape shape) {
  if (field.size() != NumElements(shape)) {
    return DoesNotFit(field.size(), "elements", type, shape);
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(field.size()) *
                               sizeof(To));
  std::size_t offset = 0;
  for (const auto wide : field) {
    const auto value = static_cast<To>(wide);
    if constexpr (std::is_integral_v<To>) {
      if (static_cast<std::int64_t>(value) != static_cast<std::int64_t>(wide)) {
        return Error{ErrorCode::kCorruptModel,
                     "element " + std::to_string(wide) +
                         " is out of range of " +
                         std::string(DataTypeName(type))};
      }
    }
    std::memcpy(bytes.data() + offset, &value, sizeof(To));
    offset += sizeof(To);
  }
  return Tensor(type, std::move(shape), std::move(bytes));
}

/// Which field holds which type: onnx.proto3, TensorProto.
Result<Tensor> FromTypedField(const onnx::TensorProto& proto,
                              DataType type,
                              Shape shape) {
  switch (type) {
    case DataType::kFloat32:
      return FromField<float>(proto.float_data(), type, std::move(shape));
    case DataType::kFloat64:
      return FromField<double>(proto.double_data(), type, std::move(shape));
    case DataType::kInt64:
      return FromField<std::int64_t>(
          proto.int64_data(), type, std::move(shape));
    case DataType::kInt32:
      return FromField<std::int32_t>(
          proto.int32_data(), type, std::move(shape));
    case DataType::kInt8:
      return FromField<std::int8_t>(proto.int32_data(), type, std::move(shape));
    case DataType::kUint8:
      return FromField<std::uint8_t>(
          proto.int32_data(), type, std::move(shape));
    case DataType::kFloat16:
    case DataType::kBfloat16:
      return FromField<std::uint16_t>(
          proto.int32_data(), type, std::move(shape));
    case DataType::kBool: {
      const std::vector<std::int64_t> values(proto.int32_data().begin(),
                                             proto.int32_data().end());
      if (proto.int32_data_size() != NumElements(shape)) {
        return DoesNotFit(proto.int32_data_size(), "elements", type, shape);
      }
      return Tensor::Integers(type, std::move(shape), values);
    }
  }
  return Error{ErrorCode::kInternal, "unknown element type"};
}

/// Elements that stay where they are.
Result<Tensor> FromShared(SharedBytes raw, DataType type, Shape shape) {
  const auto count = static_cast<std::size_t>(NumElements(shape));
  if (raw.bytes.size() != count * ElementBytes(type)) {
    return DoesNotFit(
        static_cast<std::int64_t>(raw.bytes.size()), "bytes", type, shape);
  }
  if (type == DataType::kBool) {
    return FromRaw({reinterpret_cast<const char*>(raw.bytes.data()), count},
                   type,
                   std::move(shape));
  }
  return Tensor::Deferred(
      type, std::move(shape), {std::move(raw.owner), raw.bytes, type, {}});
}

/// `shared` stands for a raw_data that was left out of `proto`.
Result<Tensor> ReadTensor(onnx::TensorProto& proto,
                          std::optional<SharedBytes> shared) {
  if (proto.data_location() == onnx::TensorProto::EXTERNAL ||
      proto.external_data_size() > 0) {
    return Error{ErrorCode::kUnsupported,
                 "keeps its data in another file (external data)"};
  }
  if (proto.has_segment()) {
    return Error{ErrorCode::kUnsupported, "is stored in segments"};
  }
  MIEN_ASSIGN_OR_RETURN(const DataType type,
                        DataTypeFromOnnx(proto.data_type()));
  MIEN_ASSIGN_OR_RETURN(Shape shape, ReadShape(proto));
  if (shared) {
    return FromShared(*std::move(shared), type, std::move(shape));
  }
  if (proto.has_raw_data()) {
    std::string raw;
    proto.mutable_raw_data()->swap(raw);
    return FromRaw(std::move(raw), type, std::move(shape));
  }
  return FromTypedField(proto, type, std::move(shape));
}

}  // namespace

Result<DataType> DataTypeFromOnnx(int element_type) {
  const auto type = DataTypeFromOnnxNumber(element_type);
  if (!type) {
    return Error{ErrorCode::kUnsupported,
                 ElementTypeText(element_type) + " is not supported"};
  }
  return *type;
}

Result<Tensor> TensorFromOnnx(onnx::TensorProto& proto) {
  auto tensor = ReadTensor(proto, std::nullopt);
  if (!tensor) {
    return tensor.error().WithContext("tensor '" + proto.name() + "'");
  }
  return tensor;
}

Result<Tensor> TensorFromOnnx(onnx::TensorProto& proto, SharedBytes raw) {
  auto tensor = ReadTensor(proto, std::move(raw));
  if (!tensor) {
    return tensor.error().WithContext("tensor '" + proto.name() + "'");
  }
  return tensor;
}

void TensorToOnnx(const Tensor& tensor, onnx::TensorProto& proto) {
  for (const std::int64_t extent : tensor.shape()) {
    proto.add_dims(extent);
  }
  proto.set_data_type(OnnxNumberFromDataType(tensor.type()));
  if (tensor.type() != DataType::kFloat32) {
    proto.set_raw_data(tensor.bytes().data(), tensor.bytes().size());
    return;
  }
  const std::vector<float> floats = tensor.ToFloats();  // not kept
  proto.set_raw_data(floats.data(), floats.size() * sizeof(float));
}

}  // namespace mien
