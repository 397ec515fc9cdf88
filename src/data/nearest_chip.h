// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "data/embedding_file.h"
#include "data/prepare.h"
#include "mien/result.h"

namespace mien {

/// The chip of another dataset that is most like one.
struct NearestChip {
  std::size_t chip = 0;
  float cosine_similarity = -1.0F;
};

/// For each row of `probes` the most similar row of `others`, which holds one
/// at least.
///
/// Errors:
/// - kModelMismatch: embeddings of two networks.
/// - kInvalidArgument: `others` is empty.
/// - kCorruptData: a row is not of length 1.
Result<std::vector<NearestChip>> FindNearestChips(const EmbeddingFile& probes,
                                                  const EmbeddingFile& others,
                                                  int num_threads,
                                                  const DataProgress& progress);

}  // namespace mien
