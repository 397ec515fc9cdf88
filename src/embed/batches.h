// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace mien {

/// How to run `count` samples with few different batch sizes, each of which
/// costs a compilation: sizes from the ladder 1, 2, 4, 8, ... `max_batch`,
/// largest first, summing to `count`. So 21 at most 16 at once is 16, 4, 1.
/// `count` >= 0, `max_batch` >= 1.
std::vector<int> SplitIntoBatches(int count, int max_batch);

}  // namespace mien
