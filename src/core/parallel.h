// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace mien {

/// Calls `body(i)` for every i in [0, count), on up to `num_threads` threads,
/// this one included, and returns when all are done. Indices are handed out in
/// rising order. With one thread everything runs here. The first exception
/// thrown by `body` is thrown again here; no further index is started after it.
void ParallelFor(int count,
                 int num_threads,
                 const std::function<void(int)>& body);

}  // namespace mien
