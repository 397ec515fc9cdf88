// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "graph/tensor.h"
#include "mien/result.h"

namespace mien::nets {

/// The tensors of a checkpoint by key, such as "conv1.weight": contiguous and
/// row-major, whatever their strides in the file, of the type they have there.
using StateDict = std::map<std::string, Tensor>;

/// Reads a file of torch.save() that holds a state dict, or a dict with one
/// under "state_dict". Both containers are known: the legacy one (until
/// PyTorch 1.5) and the zip file. Nothing in the file is run: the pickle in it
/// may name only torch._utils._rebuild_tensor_v2, OrderedDict and the storage
/// types. Every extent, stride and offset is checked before memory is taken.
///
/// Errors:
/// - kCorruptModel: not a PyTorch checkpoint, cut off or damaged; names the
///   tensor.
/// - kUnsupported: anything but tensors in it; names the opcode, global or key.
/// - kLimitExceeded: see Pickle::Read(); tensors that together are more than
///   four times larger than the file.
///
/// Thread safety: may run concurrently.
Result<StateDict> ParseTorchCheckpoint(std::span<const std::byte> file);

/// ParseTorchCheckpoint() of a file of at most 4 GiB; errors begin with its
/// path.
///
/// Errors: those of ParseTorchCheckpoint(), kNotFound, kIo.
Result<StateDict> LoadTorchCheckpoint(const std::filesystem::path& path);

}  // namespace mien::nets
