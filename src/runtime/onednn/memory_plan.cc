// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/memory_plan.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mien::onednn {
namespace {

struct Placed {
  std::size_t offset;
  std::size_t end;
};

std::size_t Aligned(std::size_t bytes) {
  return (bytes + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
}

bool AliveTogether(const BufferLife& a, const BufferLife& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

/// The beginning of the tightest gap of `bytes` between `neighbours`, which are
/// sorted by offset; their end when no gap fits.
std::size_t BestFit(std::span<const Placed> neighbours, std::size_t bytes) {
  std::size_t best_offset = 0;
  std::size_t best_gap = std::numeric_limits<std::size_t>::max();
  std::size_t end = 0;
  for (const Placed& neighbour : neighbours) {
    if (neighbour.offset > end) {
      const std::size_t gap = neighbour.offset - end;
      if (gap >= bytes && gap < best_gap) {
        best_gap = gap;
        best_offset = end;
      }
    }
    end = std::max(end, neighbour.end);
  }
  return best_gap == std::numeric_limits<std::size_t>::max() ? end
                                                             : best_offset;
}

}  // namespace

MemoryPlan PlanMemory(std::span<const BufferLife> buffers) {
  std::vector<std::size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return buffers[a].bytes > buffers[b].bytes;
  });

  MemoryPlan plan;
  plan.offsets.assign(buffers.size(), 0);
  std::vector<std::size_t> placed;
  for (const std::size_t i : order) {
    std::vector<Placed> neighbours;
    for (const std::size_t j : placed) {
      if (AliveTogether(buffers[i], buffers[j])) {
        neighbours.push_back(
            {plan.offsets[j], plan.offsets[j] + Aligned(buffers[j].bytes)});
      }
    }
    std::ranges::sort(neighbours, {}, &Placed::offset);
    const std::size_t bytes = Aligned(buffers[i].bytes);
    plan.offsets[i] = BestFit(neighbours, bytes);
    plan.total_bytes = std::max(plan.total_bytes, plan.offsets[i] + bytes);
    placed.push_back(i);
  }
  return plan;
}

}  // namespace mien::onednn
