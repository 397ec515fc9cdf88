// SPDX-License-Identifier: Apache-2.0
//
// Tensors as PyTorch pickles them: views on storages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph/tensor.h"
#include "mien/result.h"
#include "nets/pickle.h"

namespace mien::nets {

/// The bytes of each storage by key.
using Storages = std::map<std::string, std::span<const std::byte>>;

/// What a pickle that describes tensors may name.
std::vector<Pickle::Global> TensorGlobals();

/// What a persistent id says: ("storage", type, key, device, elements, ...).
struct StorageId {
  DataType type = DataType::kFloat32;
  std::string key;
  std::uint64_t num_elements = 0;
};

/// Reads `object`, a persistent id.
///
/// Errors:
/// - kCorruptModel: it is not that of a storage.
/// - kUnsupported: a storage that is a view of another one.
Result<StorageId> ParseStorageId(const PickleObject& object);

/// Turns pickled tensors into ours.
class TorchTensorBuilder {
 public:
  /// Takes at most `max_bytes` of memory for all tensors together. `storages`
  /// must outlive the builder.
  TorchTensorBuilder(const Storages& storages, std::uint64_t max_bytes)
      : storages_(storages), bytes_left_(max_bytes) {}

  /// The tensor that `value` describes, row-major.
  ///
  /// Errors:
  /// - kCorruptModel: extents or strides that leave the storage.
  /// - kUnsupported: `value` is not a tensor.
  /// - kLimitExceeded: no memory is left.
  Result<Tensor> Build(const PickleObject& value);

 private:
  const Storages& storages_;
  std::uint64_t bytes_left_;
};

}  // namespace mien::nets
