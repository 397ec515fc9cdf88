// SPDX-License-Identifier: Apache-2.0
//
// Container formats: torch/serialization.py, _save (zip) and _legacy_save.
#include "nets/torch_checkpoint.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/file.h"
#include "nets/byte_reader.h"
#include "nets/pickle.h"
#include "nets/torch_tensor.h"
#include "nets/zip_archive.h"

namespace mien::nets {
namespace {

using Kind = PickleObject::Kind;

constexpr std::size_t kMostFileBytes = std::size_t{4} << 30U;
constexpr std::uint64_t kMostBytesPerFileByte = 4;

// 0x1950a86a20f9469cfc6c, lowest byte first, and the version that follows it.
constexpr std::string_view kLegacyMagic =
    "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kLegacyVersion = 1001;

Error Corrupt(const std::string& what) {
  return {ErrorCode::kCorruptModel, "PyTorch checkpoint: " + what};
}

Result<Pickle> ReadPickle(ByteReader& reader) {
  static const std::vector<Pickle::Global> kAllowed = TensorGlobals();
  auto pickle = Pickle::Read(reader, kAllowed);
  if (!pickle) {
    return pickle.error().WithContext("PyTorch checkpoint");
  }
  return pickle;
}

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
  TorchTensorBuilder builder(storages, kMostBytesPerFileByte * file_bytes);
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
      const auto id = ParseStorageId(object);
      if (!id) {
        return id.error().WithContext("PyTorch checkpoint");
      }
      widths[id->key] = ElementBytes(id->type);
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
