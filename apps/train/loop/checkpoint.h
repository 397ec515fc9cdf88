// SPDX-License-Identifier: Apache-2.0
//
// All that a run needs to go on as if it had not stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "train/torch.h"

namespace mien::train {

/// Tensors by name, in groups ("weights", "optimizer"), and counters.
struct Checkpoint {
  std::map<std::string, std::vector<std::pair<std::string, Tensor>>> groups;
  std::map<std::string, std::int64_t> counters;

  /// What must be the same in the run that goes on, by name.
  std::map<std::string, std::string> setting;
};

/// Writes `checkpoint` to `path` so that after a crash either the old file or
/// the whole new one is there. A zip archive that Python's torch.load() reads.
///
/// Throws TrainError naming the path when the disk is full and the like.
void SaveCheckpoint(const Checkpoint& checkpoint,
                    const std::filesystem::path& path);

/// Fills the tensors of `checkpoint` in place from the file at `path`, and
/// replaces its counters.
///
/// Throws TrainError when there is no such file, it is damaged, a tensor is
/// missing or of other extents, or the setting differs; names which.
void LoadCheckpoint(const std::filesystem::path& path, Checkpoint& checkpoint);

}  // namespace mien::train
