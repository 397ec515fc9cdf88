// SPDX-License-Identifier: Apache-2.0
#include "embed/batches.h"

#include <bit>

namespace mien {

std::vector<int> SplitIntoBatches(int count, int max_batch) {
  std::vector<int> batches;
  while (count > 0) {
    const int batch =
        count >= max_batch
            ? max_batch
            : static_cast<int>(std::bit_floor(static_cast<unsigned>(count)));
    batches.push_back(batch);
    count -= batch;
  }
  return batches;
}

}  // namespace mien
