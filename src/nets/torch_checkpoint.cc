// SPDX-License-Identifier: Apache-2.0
//
// Container formats: torch/serialization.py, _save (zip) and _legacy_save.
#include "nets/torch_checkpoint.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/file.h"
#include "nets/byte_reader.h"
#include "nets/pickle.h"
#include "nets/zip_archive.h"

namespace mien::nets {
namespace {

using Kind = PickleObject::Kind;

constexpr std::size_t kMostFileBytes = std::size_t{4} << 30U;
constexpr std::size_t kMostDimensions = 8;
constexpr std::uint64_t kMostBytesPerFileByte = 4;

// 0x1950a86a20f9469cfc6c, lowest byte first, and the version that follows it.
constexpr std::string_view kLegacyMagic =
    "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kLegacyVersion = 1001;

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
  return {ErrorCode::kCorruptModel, "PyTorch checkpoint: " + what};
}

std::vector<Pickle::Global> AllowedGlobals() {
  std::vector<Pickle::Global> allowed = {kRebuildTensor};
  for (const StorageType& storage : kStorageTypes) {
    allowed.push_back({"torch", storage.name});
  }
  return allowed;
}

Result<Pickle> ReadPickle(ByteReader& reader) {
  static const std::vector<Pickle::Global> kAllowed = AllowedGlobals();
  auto pickle = Pickle::Read(reader, kAllowed);
  if (!pickle) {
    return pickle.error().WithContext("PyTorch checkpoint");
  }
  return pickle;
}

/// What a persistent id says: ("storage", type, key, device, elements, ...).
struct StorageId {
  DataType type = DataType::kFloat32;
  std::string key;
  std::uint64_t num_elements = 0;
};

Result<StorageId> ParseStorageId(const PickleObject& object) {
  const std::vector<PickleRef>& id = object.items[0]->items;
  if (!object.items[0]->Is(Kind::kTuple) || id.size() < 5 ||
      !id[1]->Is(Kind::kGlobal) || !id[2]->Is(Kind::kString) ||
      !id[4]->Is(Kind::kInteger) || id[4]->integer < 0) {
    return Corrupt("a persistent id is not that of a storage");
  }
  if (id.size() > 5 && !id[5]->Is(Kind::kNone)) {
    return Error{ErrorCode::kUnsupported,
                 "PyTorch checkpoint: storage " + std::string(id[2]->text) +
                     " is a view of another one"};
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

using Storages = std::map<std::string, std::span<const std::byte>>;

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

/// Turns the pickled tensors into ours.
class TensorBuilder {
 public:
  TensorBuilder(const Storages& storages, std::size_t file_bytes)
      : storages_(storages), budget_(kMostBytesPerFileByte * file_bytes) {}

  Result<Tensor> Build(const PickleObject& value) {
    MIEN_ASSIGN_OR_RETURN(const StridedView view, ParseView(value));
    const auto found = storages_.find(view.storage.key);
    if (found == storages_.end()) {
      return Error{ErrorCode::kCorruptModel,
                   "its storage " + view.storage.key + " is missing"};
    }
    const std::size_t width = ElementBytes(view.storage.type);
    const std::optional<std::uint64_t> count = CountElements(view);
    if (!count || view.storage.num_elements > found->second.size() / width) {
      return Error{ErrorCode::kCorruptModel,
                   "it reaches outside of its storage"};
    }
    const std::uint64_t bytes = *count * width;
    if (bytes > budget_) {
      return Error{ErrorCode::kLimitExceeded,
                   "the tensors are much larger than the file"};
    }
    budget_ -= bytes;
    return Tensor(
        view.storage.type, view.shape, Gather(view, found->second, *count));
  }

 private:
  const Storages& storages_;
  std::uint64_t budget_;  ///< bytes that may still be taken
};

/// The dict of tensors in `root`.
Result<PickleRef> FindStateDict(PickleRef root) {
  if (!root->Is(Kind::kDict)) {
    return Error{ErrorCode::kUnsupported,
                 "PyTorch checkpoint: holds no state dict"};
  }
  const PickleRef inner = root->Find("state_dict");
  return inner != nullptr && inner->Is(Kind::kDict) ? inner : root;
}

Result<StateDict> BuildStateDict(const Pickle& pickle,
                                 const Storages& storages,
                                 std::size_t file_bytes) {
  MIEN_ASSIGN_OR_RETURN(const PickleRef dict, FindStateDict(pickle.root()));
  TensorBuilder builder(storages, file_bytes);
  StateDict tensors;
  for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
    if (!dict->items[i]->Is(Kind::kString)) {
      return Corrupt("a key is not a string");
    }
    const std::string key(dict->items[i]->text);
    auto tensor = builder.Build(*dict->items[i + 1]);
    if (!tensor) {
      return tensor.error().WithContext("PyTorch checkpoint: " + key);
    }
    tensors.insert_or_assign(key, *std::move(tensor));
  }
  return tensors;
}

Result<StateDict> ParseZip(std::span<const std::byte> file) {
  static constexpr std::string_view kPickleName = "data.pkl";
  auto entries = ReadStoredZip(file);
  if (!entries) {
    return entries.error().WithContext("PyTorch checkpoint");
  }
  const auto is_pickle = [](const auto& entry) {
    return entry.first.ends_with(kPickleName);
  };
  const auto found = std::ranges::find_if(*entries, is_pickle);
  if (found == entries->end()) {
    return Corrupt("the zip file holds no data.pkl");
  }
  ByteReader reader(found->second);
  MIEN_ASSIGN_OR_RETURN(const Pickle pickle, ReadPickle(reader));
  const std::string folder =
      found->first.substr(0, found->first.size() - kPickleName.size());
  const auto order = entries->find(folder + "byteorder");
  if (order != entries->end() && order->second.size() != 6) {  // "little"
    return Error{ErrorCode::kUnsupported,
                 "PyTorch checkpoint: its numbers are big-endian"};
  }
  Storages storages;
  for (const auto& [name, data] : *entries) {
    if (name.starts_with(folder + "data/")) {
      storages.emplace(name.substr(folder.size() + 5), data);
    }
  }
  return BuildStateDict(pickle, storages, file.size());
}

/// Element width of each storage that `pickle` names.
Result<std::map<std::string, std::size_t>> StorageWidths(const Pickle& pickle) {
  std::map<std::string, std::size_t> widths;
  for (const PickleObject& object : pickle.objects()) {
    if (object.Is(Kind::kPersistentId)) {
      MIEN_ASSIGN_OR_RETURN(StorageId id, ParseStorageId(object));
      widths[std::move(id.key)] = ElementBytes(id.type);
    }
  }
  return widths;
}

/// Behind the pickles: for each key of `keys` the number of elements, then
/// their bytes.
Result<Storages> ReadLegacyStorages(ByteReader& reader,
                                    const Pickle& pickle,
                                    const Pickle& keys) {
  MIEN_ASSIGN_OR_RETURN(const auto widths, StorageWidths(pickle));
  if (!keys.root()->Is(Kind::kList)) {
    return Corrupt("the list of storages is missing");
  }
  Storages storages;
  for (const PickleRef key : keys.root()->items) {
    const auto width = widths.find(std::string(key->text));
    if (!key->Is(Kind::kString) || width == widths.end()) {
      return Corrupt("it holds a storage that nothing uses");
    }
    const auto count = reader.Integer<std::uint64_t>();
    const auto data = count && *count <= reader.remaining() / width->second
                          ? reader.Bytes(*count * width->second)
                          : std::nullopt;
    if (!data) {
      return Corrupt("storage " + width->first + " is cut off");
    }
    storages.emplace(width->first, *data);
  }
  return storages;
}

Result<StateDict> ParseLegacy(std::span<const std::byte> file) {
  ByteReader reader(file);
  const auto magic = ReadPickle(reader);
  if (!magic || !magic->root()->Is(Kind::kLong) ||
      magic->root()->text != kLegacyMagic) {
    return Corrupt("the file is not one of torch.save()");
  }
  MIEN_ASSIGN_OR_RETURN(const Pickle version, ReadPickle(reader));
  MIEN_ASSIGN_OR_RETURN(const Pickle system, ReadPickle(reader));
  const PickleRef is_little = system.root()->Find("little_endian");
  if (version.root()->integer != kLegacyVersion || is_little == nullptr ||
      is_little->integer != 1) {
    return Error{ErrorCode::kUnsupported,
                 "PyTorch checkpoint: its numbers are big-endian, or its "
                 "version is not 1001"};
  }
  MIEN_ASSIGN_OR_RETURN(const Pickle pickle, ReadPickle(reader));
  MIEN_ASSIGN_OR_RETURN(const Pickle keys, ReadPickle(reader));
  MIEN_ASSIGN_OR_RETURN(const Storages storages,
                        ReadLegacyStorages(reader, pickle, keys));
  return BuildStateDict(pickle, storages, file.size());
}

}  // namespace

Result<StateDict> ParseTorchCheckpoint(std::span<const std::byte> file) {
  return LooksLikeZip(file) ? ParseZip(file) : ParseLegacy(file);
}

Result<StateDict> LoadTorchCheckpoint(const std::filesystem::path& path) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::byte> file,
                        ReadFile(path, kMostFileBytes));
  auto state = ParseTorchCheckpoint(file);
  if (!state) {
    return state.error().WithContext(path.string());
  }
  return state;
}

}  // namespace mien::nets
