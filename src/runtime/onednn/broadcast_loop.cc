// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/broadcast_loop.h"

#include <vector>

namespace mien::onednn {
namespace {

/// Strides of `operand` for each axis of a result of `rank` axes.
std::vector<std::int64_t> AlignedStrides(const Shape& operand,
                                         std::size_t rank) {
  std::vector<std::int64_t> strides(rank, 0);
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < operand.size(); ++i) {
    const std::int64_t extent = operand[operand.size() - 1 - i];
    strides[rank - 1 - i] = extent == 1 ? 0 : stride;
    stride *= extent;
  }
  return strides;
}

}  // namespace

void BroadcastLoop::Append(std::int64_t extent,
                           std::int64_t a,
                           std::int64_t b) {
  // An axis that carries on where the one before it ends becomes one with it.
  if (rank > 0 && strides_a[rank - 1] == a * extent &&
      strides_b[rank - 1] == b * extent) {
    extents[rank - 1] *= extent;
    strides_a[rank - 1] = a;
    strides_b[rank - 1] = b;
    return;
  }
  extents[rank] = extent;
  strides_a[rank] = a;
  strides_b[rank] = b;
  ++rank;
}

BroadcastLoop BroadcastLoop::Create(const Shape& result,
                                    const Shape& a,
                                    const Shape& b) {
  BroadcastLoop loop;
  const std::vector<std::int64_t> strides_a = AlignedStrides(a, result.size());
  const std::vector<std::int64_t> strides_b = AlignedStrides(b, result.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] != 1) {
      loop.Append(result[i], strides_a[i], strides_b[i]);
    }
  }
  if (loop.rank == 0) {
    loop.Append(1, 0, 0);
  }
  return loop;
}

}  // namespace mien::onednn
