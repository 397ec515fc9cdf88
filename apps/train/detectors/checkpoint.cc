// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/checkpoint.h"

#include <torch/csrc/jit/serialization/pickle.h>

#include <algorithm>
#include <span>
#include <vector>

#include "core/file.h"
#include "train/train_error.h"

namespace mien::train {

void SaveState(const std::filesystem::path& path, const NamedTensors& state) {
  c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
  for (const auto& [name, tensor] : state) {
    dict.insert(name, tensor.detach().cpu());
  }
  const std::vector<char> bytes = torch::jit::pickle_save(dict);
  const auto written =
      WriteFileAtomically(path, std::as_bytes(std::span(bytes)));
  if (!written) {
    throw TrainError(written.error().message);
  }
}

NamedTensors LoadState(const std::filesystem::path& path) {
  const auto file = ReadFile(path);
  if (!file) {
    throw TrainError(file.error().message);
  }
  std::vector<char> bytes(file->size());
  std::ranges::transform(
      *file, bytes.begin(), [](std::byte b) { return static_cast<char>(b); });
  NamedTensors state;
  try {
    const auto dict = torch::jit::pickle_load(bytes).toGenericDict();
    for (const auto& entry : dict) {
      state[entry.key().toStringRef()] = entry.value().toTensor();
    }
  } catch (const c10::Error& error) {
    throw TrainError(path.string() + ": no checkpoint of this program: " +
                     error.what_without_backtrace());
  }
  return state;
}

void AddPrefixed(const std::string& prefix,
                 const NamedTensors& state,
                 NamedTensors& all) {
  for (const auto& [name, tensor] : state) {
    all[prefix + name] = tensor;
  }
}

NamedTensors WithPrefix(const std::string& prefix, const NamedTensors& all) {
  NamedTensors found;
  for (auto it = all.lower_bound(prefix);
       it != all.end() && it->first.starts_with(prefix);
       ++it) {
    found[it->first.substr(prefix.size())] = it->second;
  }
  return found;
}

NamedTensors WeightsOf(const TorchNet& net) {
  NamedTensors weights;
  for (const Parameter& parameter : net.parameters()) {
    weights[parameter.name] = parameter.tensor;
  }
  for (const auto& [name, buffer] : net.buffers()) {
    weights[name] = buffer;
  }
  return weights;
}

}  // namespace mien::train
