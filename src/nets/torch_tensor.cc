// SPDX-License-Identifier: Apache-2.0
#include "nets/torch_tensor.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace mien::nets {
namespace {

using Kind = PickleObject::Kind;

constexpr std::size_t kMostDimensions = 8;

constexpr Pickle::Global kRebuildTensor = {"torch._utils",
                                           "_rebuild_tensor_v2"};

struct StorageType {
  std::string_view name;
  DataType type;
};

constexpr std::array<StorageType, 9> kStorageTypes = {{
    {"FloatStorage", DataType::kFloat32},
    {"HalfStorage", DataType::kFloat16},
    {"BFloat16Storage", DataType::kBfloat16},
    {"DoubleStorage", DataType::kFloat64},
    {"CharStorage", DataType::kInt8},
    {"ByteStorage", DataType::kUint8},
    {"IntStorage", DataType::kInt32},
    {"LongStorage", DataType::kInt64},
    {"BoolStorage", DataType::kBool},
}};

Error Corrupt(const std::string& what) {
  return {ErrorCode::kCorruptModel, what};
}

/// Reads numbers of `tuple`, each >= 0.
std::optional<Shape> Extents(const PickleObject& tuple) {
  if (!tuple.Is(Kind::kTuple) || tuple.items.size() > kMostDimensions) {
    return std::nullopt;
  }
  Shape extents;
  for (const PickleRef item : tuple.items) {
    if (!item->Is(Kind::kInteger) || item->integer < 0) {
      return std::nullopt;
    }
    extents.push_back(item->integer);
  }
  return extents;
}

/// A tensor as the file describes it: a window on a storage.
struct StridedView {
  StorageId storage;
  std::uint64_t offset = 0;
  Shape shape;
  Shape strides;
};

/// Elements of `view`, if each lies within the storage.
std::optional<std::uint64_t> CountElements(const StridedView& view) {
  const std::uint64_t limit = view.storage.num_elements;
  std::uint64_t count = 1;
  std::uint64_t last = view.offset;
  for (std::size_t i = 0; i < view.shape.size(); ++i) {
    const auto extent = static_cast<std::uint64_t>(view.shape[i]);
    const auto stride = static_cast<std::uint64_t>(view.strides[i]);
    std::uint64_t reach = 0;
    if (__builtin_mul_overflow(count, extent, &count) || count > limit) {
      return std::nullopt;
    }
    if (extent > 1 && (__builtin_mul_overflow(extent - 1, stride, &reach) ||
                       __builtin_add_overflow(last, reach, &last))) {
      return std::nullopt;
    }
  }
  return count == 0 || last < limit ? std::optional(count) : std::nullopt;
}

/// Arguments of _rebuild_tensor_v2: storage, offset, size, stride, ...
Result<StridedView> ParseView(const PickleObject& value) {
  const bool is_call = value.Is(Kind::kCall) &&
                       value.items[0]->text == kRebuildTensor.name &&
                       value.items[1]->items.size() >= 4;
  if (!is_call) {
    return Error{ErrorCode::kUnsupported, "is not a tensor"};
  }
  const std::vector<PickleRef>& arguments = value.items[1]->items;
  const auto shape = Extents(*arguments[2]);
  const auto strides = Extents(*arguments[3]);
  if (!arguments[0]->Is(Kind::kPersistentId) ||
      !arguments[1]->Is(Kind::kInteger) || arguments[1]->integer < 0 ||
      !shape || !strides || shape->size() != strides->size()) {
    return Error{ErrorCode::kCorruptModel, "has damaged extents or strides"};
  }
  MIEN_ASSIGN_OR_RETURN(StorageId storage, ParseStorageId(*arguments[0]));
  return StridedView{std::move(storage),
                     static_cast<std::uint64_t>(arguments[1]->integer),
                     *shape,
                     *strides};
}

/// Copies the `count` elements of `view` out of `storage` in row-major order.
std::vector<std::byte> Gather(const StridedView& view,
                              std::span<const std::byte> storage,
                              std::uint64_t count) {
  const std::size_t width = ElementBytes(view.storage.type);
  std::vector<std::byte> bytes(static_cast<std::size_t>(count) * width);
  std::vector<std::int64_t> index(view.shape.size(), 0);
  auto source = static_cast<std::int64_t>(view.offset);
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(bytes.data() + i * width,
                storage.data() + static_cast<std::size_t>(source) * width,
                width);
    for (std::size_t axis = index.size(); axis-- > 0;) {
      source += view.strides[axis];
      if (++index[axis] < view.shape[axis]) {
        break;
      }
      source -= view.strides[axis] * view.shape[axis];
      index[axis] = 0;
    }
  }
  return bytes;
}

}  // namespace

std::vector<Pickle::Global> TensorGlobals() {
  std::vector<Pickle::Global> globals = {kRebuildTensor};
  for (const StorageType& storage : kStorageTypes) {
    globals.push_back({"torch", storage.name});
  }
  return globals;
}

Result<StorageId> ParseStorageId(const PickleObject& object) {
  const std::vector<PickleRef>& id = object.items[0]->items;
  if (!object.items[0]->Is(Kind::kTuple) || id.size() < 5 ||
      !id[1]->Is(Kind::kGlobal) || !id[2]->Is(Kind::kString) ||
      !id[4]->Is(Kind::kInteger) || id[4]->integer < 0) {
    return Corrupt("a persistent id is not that of a storage");
  }
  if (id.size() > 5 && !id[5]->Is(Kind::kNone)) {
    return Error{
        ErrorCode::kUnsupported,
        "storage " + std::string(id[2]->text) + " is a view of another one"};
  }
  const auto* const type =
      std::ranges::find(kStorageTypes, id[1]->text, &StorageType::name);
  if (type == kStorageTypes.end()) {
    return Corrupt("storage " + std::string(id[2]->text) + " has no type");
  }
  return StorageId{type->type,
                   std::string(id[2]->text),
                   static_cast<std::uint64_t>(id[4]->integer)};
}

Result<Tensor> TorchTensorBuilder::Build(const PickleObject& value) {
  MIEN_ASSIGN_OR_RETURN(const StridedView view, ParseView(value));
  const auto found = storages_.find(view.storage.key);
  if (found == storages_.end()) {
    return Corrupt("its storage " + view.storage.key + " is missing");
  }
  const std::size_t width = ElementBytes(view.storage.type);
  const std::optional<std::uint64_t> count = CountElements(view);
  if (!count || view.storage.num_elements > found->second.size() / width) {
    return Corrupt("it reaches outside of its storage");
  }
  const std::uint64_t bytes = *count * width;
  if (bytes > bytes_left_) {
    return Error{ErrorCode::kLimitExceeded,
                 "the tensors are much larger than the file"};
  }
  bytes_left_ -= bytes;
  return Tensor(
      view.storage.type, view.shape, Gather(view, found->second, *count));
}

}  // namespace mien::nets
