// SPDX-License-Identifier: Apache-2.0
//
// Places buffers of known lifetime in one arena so that buffers alive at the
// same time never overlap.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mien::onednn {

/// A buffer and the steps, first and last included, in which it is alive.
struct BufferLife {
  std::size_t bytes = 0;
  std::size_t first_step = 0;
  std::size_t last_step = 0;
};

struct MemoryPlan {
  /// One per buffer, in bytes, multiples of kBufferAlignment.
  std::vector<std::size_t> offsets;
  std::size_t total_bytes = 0;
};

inline constexpr std::size_t kBufferAlignment = 64;  // a cache line

/// Greedy by size: the largest buffer first, each into the tightest gap left
/// between those placed that are alive with it (Pisarchyk and Lee 2020,
/// arXiv:2001.03288, section 5.2, with best fit).
MemoryPlan PlanMemory(std::span<const BufferLife> buffers);

}  // namespace mien::onednn
