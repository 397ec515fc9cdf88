// SPDX-License-Identifier: Apache-2.0
#include "graph/tensor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include "core/check.h"

namespace mien {
namespace {

template <typename T>
std::vector<std::byte> BytesOf(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return {bytes.begin(), bytes.end()};
}

template <typename From, typename To>
std::vector<To> Converted(const Tensor& tensor) {
  const auto values = tensor.values<From>();
  std::vector<To> converted;
  converted.reserve(values.size());
  for (const From value : values) {
    converted.push_back(static_cast<To>(value));
  }
  return converted;
}

template <typename To>
std::vector<std::byte> Narrowed(std::span<const std::int64_t> values) {
  std::vector<To> narrow;
  narrow.reserve(values.size());
  for (const std::int64_t value : values) {
    narrow.push_back(static_cast<To>(value));
  }
  return BytesOf<To>(narrow);
}

std::vector<std::byte> BoolBytes(std::span<const std::int64_t> values) {
  std::vector<std::byte> bytes;
  bytes.reserve(values.size());
  for (const std::int64_t value : values) {
    bytes.push_back(value != 0 ? std::byte{1} : std::byte{0});
  }
  return bytes;
}

}  // namespace

std::int64_t NumElements(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    MIEN_CHECK(extent >= 0);
    count *= extent;
  }
  return count;
}

std::optional<std::int64_t> CheckedNumElements(const Shape& shape) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 8;
  std::int64_t count = 1;
  std::int64_t nonzero = 1;  // so that a 0 does not hide an overflow
  for (const std::int64_t extent : shape) {
    if (extent < 0 || (extent > 0 && nonzero > kMost / extent)) {
      return std::nullopt;
    }
    count *= extent;
    nonzero *= extent > 0 ? extent : 1;
  }
  return count;
}

std::string ShapeText(const Shape& shape) {
  std::string text = "[";
  for (const std::int64_t extent : shape) {
    text += text.size() > 1 ? ", " : "";
    text += extent == kDynamicDim ? "?" : std::to_string(extent);
  }
  return text + "]";
}

Tensor::Tensor() {
  static constexpr float kZero = 0.0F;
  bytes_ = std::as_bytes(std::span<const float>(&kZero, 1));
}

Tensor::Tensor(DataType type, Shape shape, std::vector<std::byte> bytes) {
  const auto owner =
      std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  *this = Shared(type, std::move(shape), owner, *owner);
}

Tensor Tensor::Shared(DataType type,
                      Shape shape,
                      std::shared_ptr<const void> owner,
                      std::span<const std::byte> bytes) {
  MIEN_CHECK(bytes.size() ==
             static_cast<std::size_t>(NumElements(shape)) * ElementBytes(type));
  Tensor tensor;
  tensor.type_ = type;
  tensor.shape_ = std::move(shape);
  tensor.owner_ = std::move(owner);
  tensor.bytes_ = bytes;
  return tensor;
}

struct Tensor::Deferral {
  StoredElements stored;
  DataType type = DataType::kFloat32;
  std::once_flag once;
  std::unique_ptr<std::byte[]> made;
};

Tensor Tensor::Deferred(DataType type, Shape shape, StoredElements stored) {
  MIEN_CHECK(stored.bytes.size() ==
             static_cast<std::size_t>(NumElements(shape)) *
                 ElementBytes(stored.type));
  MIEN_CHECK(stored.type == type ||
             (type == DataType::kFloat32 && CanBeFloats(stored.type)));
  MIEN_CHECK(stored.row_scales.empty() ||
             (type == DataType::kFloat32 && !shape.empty() &&
              stored.row_scales.size() == static_cast<std::size_t>(shape[0])));
  Tensor tensor;
  tensor.type_ = type;
  tensor.shape_ = std::move(shape);
  tensor.deferred_ = std::make_shared<Deferral>();
  tensor.deferred_->stored = std::move(stored);
  tensor.deferred_->type = type;
  return tensor;
}

Tensor Tensor::AsFloat32() const {
  if (type_ == DataType::kFloat32) {
    return *this;
  }
  const bool is_half =
      type_ == DataType::kFloat16 || type_ == DataType::kBfloat16;
  return is_half ? Deferred(DataType::kFloat32, shape_, stored())
                 : Float(shape_, ToFloats());
}

Tensor Tensor::ScaledRows(std::span<const double> scales) const {
  StoredElements scaled = stored();
  if (scaled.row_scales.empty()) {
    scaled.row_scales.assign(scales.begin(), scales.end());
  } else if (scaled.row_scales.size() != scales.size()) {
    return Float(shape_, ToFloats()).ScaledRows(scales);  // once Reshaped()
  } else {
    for (std::size_t i = 0; i < scales.size(); ++i) {
      scaled.row_scales[i] *= scales[i];
    }
  }
  return Deferred(type_, shape_, std::move(scaled));
}

StoredElements Tensor::stored() const {
  return deferred_ ? deferred_->stored
                   : StoredElements{owner_, bytes_, type_, {}};
}

std::span<const std::byte> Tensor::MakeDeferred() const {
  Deferral& deferral = *deferred_;
  const StoredElements& stored = deferral.stored;
  const bool is_aligned =
      reinterpret_cast<std::uintptr_t>(stored.bytes.data()) %
          ElementBytes(deferral.type) ==
      0;
  const bool is_as_stored =
      stored.type == deferral.type && stored.row_scales.empty();
  if (is_aligned && is_as_stored) {
    return stored.bytes;
  }
  const std::size_t size = stored.bytes.size() / ElementBytes(stored.type) *
                           ElementBytes(deferral.type);
  std::call_once(deferral.once, [&] {
    deferral.made = std::make_unique_for_overwrite<std::byte[]>(size);
    if (is_as_stored) {
      std::memcpy(deferral.made.get(), stored.bytes.data(), size);
    } else {
      CopyFloats(stored,
                 0,
                 {reinterpret_cast<float*>(deferral.made.get()),
                  size / sizeof(float)});
    }
  });
  return {deferral.made.get(), size};
}

Tensor Tensor::Float(Shape shape, std::span<const float> values) {
  return {DataType::kFloat32, std::move(shape), BytesOf(values)};
}

Tensor Tensor::Int64(Shape shape, std::span<const std::int64_t> values) {
  return {DataType::kInt64, std::move(shape), BytesOf(values)};
}

Tensor Tensor::Integers(DataType type,
                        Shape shape,
                        std::span<const std::int64_t> values) {
  switch (type) {
    case DataType::kInt64:
      return Int64(std::move(shape), values);
    case DataType::kInt32:
      return {type, std::move(shape), Narrowed<std::int32_t>(values)};
    case DataType::kInt8:
      return {type, std::move(shape), Narrowed<std::int8_t>(values)};
    case DataType::kUint8:
      return {type, std::move(shape), Narrowed<std::uint8_t>(values)};
    case DataType::kBool:
      return {type, std::move(shape), BoolBytes(values)};
    default:
      MIEN_CHECK(!"an integer or bool type");
      return {};
  }
}

std::vector<float> Tensor::ToFloats() const {
  switch (type_) {
    case DataType::kFloat32:
    case DataType::kFloat16:
    case DataType::kBfloat16:
    case DataType::kInt8: {
      std::vector<float> floats(static_cast<std::size_t>(NumElements(shape_)));
      CopyFloats(stored(), 0, floats);
      return floats;
    }
    case DataType::kFloat64:
      return Converted<double, float>(*this);
    case DataType::kUint8:
    case DataType::kBool:
      return Converted<std::uint8_t, float>(*this);
    case DataType::kInt32:
      return Converted<std::int32_t, float>(*this);
    case DataType::kInt64:
      return Converted<std::int64_t, float>(*this);
  }
  return {};
}

std::vector<std::int64_t> Tensor::ToInts() const {
  switch (type_) {
    case DataType::kInt8:
      return Converted<std::int8_t, std::int64_t>(*this);
    case DataType::kUint8:
    case DataType::kBool:
      return Converted<std::uint8_t, std::int64_t>(*this);
    case DataType::kInt32:
      return Converted<std::int32_t, std::int64_t>(*this);
    case DataType::kInt64:
      return Converted<std::int64_t, std::int64_t>(*this);
    default:
      MIEN_CHECK(!"an integer or bool tensor");
      return {};
  }
}

Tensor Tensor::Reshaped(Shape shape) const {
  MIEN_CHECK(NumElements(shape) == NumElements(shape_));
  Tensor reshaped = *this;
  reshaped.shape_ = std::move(shape);
  return reshaped;
}

}  // namespace mien
