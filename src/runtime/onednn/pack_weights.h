// SPDX-License-Identifier: Apache-2.0
//
// Puts constants into the layouts of oneDNN's primitives. oneDNN's own reorders
// take several times longer for weights, which shows at every start.
#pragma once

#include <cstddef>

#include "graph/tensor.h"
#include "runtime/onednn/dnnl_compat.h"

namespace mien::onednn {

/// Writes `elements`, the row-major elements of an array of the extents of
/// `wanted`, widened to float32 and scaled as they say, to `to` in layout
/// `wanted`, which may be float32 or bfloat16 (rounded to nearest, ties to
/// even). Padding elements are left alone. Returns false, having done nothing,
/// when the layout is none of blocks (Winograd's) or of another type.
bool PackWeights(const StoredElements& elements,
                 const MemoryDesc& wanted,
                 std::byte* to);

}  // namespace mien::onednn
