// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "graph/contract.h"
#include "mien/model.h"

namespace mien::nets {

/// The contract of an embedding network of our own: square RGB chips by the
/// ArcFace template, (x - 127.5) / 128.
ModelContract EmbedderContract(std::string_view name,
                               int input_px,
                               int embedding_size);

/// The contract of a detector or of a stage of one: RGB, (x - 127.5) / 128;
/// sides of 0 mean any, an empty `family` that the net is no single-shot
/// detector.
ModelContract DetectorContract(std::string_view name,
                               int input_width,
                               int input_height,
                               std::string_view family);

}  // namespace mien::nets
