// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "index/exact_index.h"
#include "index/hnsw_index.h"
#include "index/row_source.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// Searches in both with noisy copies (cosine similarity about 0.6, as of two
/// pictures of one person) of some templates; build_seconds is left alone.
///
/// Errors: those of the searches.
Result<MeasuredApproximation> MeasureGraph(const HnswIndex& graph,
                                           const ExactIndex& exact,
                                           const RowSource& rows);

}  // namespace mien
