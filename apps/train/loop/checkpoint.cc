// SPDX-License-Identifier: Apache-2.0
#include "train/loop/checkpoint.h"

#include <torch/csrc/jit/serialization/pickle.h>

#include <span>

#include "core/file.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

using TensorDict = c10::Dict<std::string, Tensor>;
using TextDict = c10::Dict<std::string, std::string>;
using NumberDict = c10::Dict<std::string, std::int64_t>;

constexpr const char* kTensors = "tensors";
constexpr const char* kCounters = "counters";
constexpr const char* kSetting = "setting";

std::string FullName(const std::string& group, const std::string& name) {
  return group + "/" + name;
}

c10::IValue ReadPickle(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = ValueOrThrow(ReadFile(path));
  const auto* first = reinterpret_cast<const char*>(bytes.data());
  try {
    return torch::jit::pickle_load({first, first + bytes.size()});
  } catch (const c10::Error&) {
    throw TrainError(path.string() + ": not a checkpoint, or a damaged one");
  }
}

/// The entries of a dictionary by name.
std::map<std::string, c10::IValue> Entries(const c10::IValue& dictionary) {
  std::map<std::string, c10::IValue> entries;
  for (const auto& entry : dictionary.toGenericDict()) {
    entries.emplace(entry.key().toStringRef(), entry.value());
  }
  return entries;
}

void FillTensors(const std::filesystem::path& path,
                 const std::map<std::string, c10::IValue>& stored,
                 Checkpoint& checkpoint) {
  const torch::NoGradGuard no_grad;
  for (auto& [group, tensors] : checkpoint.groups) {
    for (auto& [name, tensor] : tensors) {
      const std::string full_name = FullName(group, name);
      const auto found = stored.find(full_name);
      if (found == stored.end()) {
        throw TrainError(path.string() + ": lacks the tensor " + full_name);
      }
      const Tensor value = found->second.toTensor();
      if (value.sizes() != tensor.sizes()) {
        throw TrainError(path.string() + ": the tensor " + full_name +
                         " has other extents than the run's");
      }
      tensor.copy_(value);
    }
  }
}

void CompareSettings(const std::filesystem::path& path,
                     const std::map<std::string, c10::IValue>& stored,
                     const Checkpoint& checkpoint) {
  for (const auto& [name, value] : checkpoint.setting) {
    const auto found = stored.find(name);
    const std::string other =
        found == stored.end() ? "nothing" : found->second.toStringRef();
    if (other != value) {
      throw TrainError(path.string() + ": was made with " + name + " " + other +
                       ", but the run has " + value);
    }
  }
}

}  // namespace

void SaveCheckpoint(const Checkpoint& checkpoint,
                    const std::filesystem::path& path) {
  TensorDict tensors;
  for (const auto& [group, members] : checkpoint.groups) {
    for (const auto& [name, tensor] : members) {
      tensors.insert(FullName(group, name), tensor.detach().cpu());
    }
  }
  NumberDict counters;
  for (const auto& [name, value] : checkpoint.counters) {
    counters.insert(name, value);
  }
  TextDict setting;
  for (const auto& [name, value] : checkpoint.setting) {
    setting.insert(name, value);
  }
  c10::impl::GenericDict all(c10::StringType::get(), c10::AnyType::get());
  all.insert(std::string(kTensors), tensors);
  all.insert(std::string(kCounters), counters);
  all.insert(std::string(kSetting), setting);
  const std::vector<char> bytes = torch::jit::pickle_save(all);
  ValueOrThrow(WriteFileAtomically(path, std::as_bytes(std::span(bytes))));
}

void LoadCheckpoint(const std::filesystem::path& path, Checkpoint& checkpoint) {
  const c10::IValue value = ReadPickle(path);
  try {
    const auto all = Entries(value);
    CompareSettings(path, Entries(all.at(kSetting)), checkpoint);
    FillTensors(path, Entries(all.at(kTensors)), checkpoint);
    checkpoint.counters.clear();
    for (const auto& [name, count] : Entries(all.at(kCounters))) {
      checkpoint.counters[name] = count.toInt();
    }
  } catch (const c10::Error&) {
    throw TrainError(path.string() + ": not a checkpoint of this trainer");
  } catch (const std::out_of_range&) {
    throw TrainError(path.string() + ": not a checkpoint of this trainer");
  }
}

}  // namespace mien::train
