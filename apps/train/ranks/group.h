// SPDX-License-Identifier: Apache-2.0
//
// What Ranks needs of a library of collective operations. gloo_group.cc has it
// from c10d; no_group.cc stands in where Gloo's headers are missing.
#pragma once

#include <memory>
#include <vector>

#include "train/ranks/ranks.h"
#include "train/torch.h"

namespace mien::train {

/// Two processes or more. The tensors are contiguous and on the CPU; every
/// process makes the same calls.
class Group {
 public:
  Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  virtual ~Group() = default;

  /// Replaces `tensor` by the sum over all processes.
  virtual void Add(const Tensor& tensor) = 0;

  /// The tensors of all processes, in order.
  virtual std::vector<Tensor> Gather(const Tensor& tensor) = 0;

  /// Overwrites `tensor` with rank 0's.
  virtual void TakeFirst(const Tensor& tensor) = 0;
};

/// Waits for all processes. Throws TrainError.
std::unique_ptr<Group> MakeGroup(const RanksSetting& setting);

/// "rank 1 of 2"
std::string RankName(const RanksSetting& setting);

}  // namespace mien::train
