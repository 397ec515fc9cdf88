// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>

#include "data/embedding_file.h"
#include "data/prepare.h"
#include "index/exact_index.h"
#include "mien/result.h"

namespace mien {

/// An index of all rows of `file`, the row's number as id.
///
/// Errors:
/// - kCorruptData: a row is not of length 1.
Result<ExactIndex> IndexEmbeddings(const EmbeddingFile& file);

/// Searches `index` with every row of `probes` in turn and calls `visit` with
/// what each finds.
///
/// Errors: those of ExactIndex::Search().
Result<void> SearchEmbeddings(
    const ExactIndex& index,
    const EmbeddingFile& probes,
    const SearchOptions& options,
    const DataProgress& progress,
    const std::function<void(std::span<const Neighbor>)>& visit);

}  // namespace mien
