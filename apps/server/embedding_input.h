// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_guard.h"
#include "mien/embedding.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien::server {

/// An embedding that a client kept, as an array of numbers, brought to length
/// 1.
///
/// Errors:
/// - kInvalidArgument: not as many numbers as the embeddings of the model with
///   `contract` have, or without a direction.
Result<Embedding> EmbeddingOf(const Json& json, const ModelContract& contract);

}  // namespace mien::server
