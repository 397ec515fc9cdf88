// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "graph/builder.h"
#include "nets/torch_checkpoint.h"

namespace mien::nets {

/// Gives a network the tensors of a checkpoint and keeps account of which ones
/// it took. A parameter that the checkpoint cannot give becomes 0; what was
/// wrong with it is the answer of Check().
///
/// Must outlive the sources it hands out.
class CheckpointParameters {
 public:
  explicit CheckpointParameters(StateDict state) : state_(std::move(state)) {}

  [[nodiscard]] ParameterSource Source();

  /// Whether every parameter was there and every tensor was used, but for
  /// those whose names begin with one of `unused_prefixes` and batch norm's
  /// counters (`num_batches_tracked`).
  ///
  /// Errors:
  /// - kCorruptModel: names the first tensor that is missing, of the wrong
  ///   shape, not finite, or not part of the network.
  [[nodiscard]] Result<void> Check(
      const std::set<std::string>& unused_prefixes) const;

 private:
  Tensor Take(const ParameterSpec& spec);

  StateDict state_;
  std::set<std::string> taken_;
  std::string first_fault_;
};

}  // namespace mien::nets
