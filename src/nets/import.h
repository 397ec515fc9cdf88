// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien::nets {

/// Turns a checkpoint of facenet-pytorch (a state dict in a `.pt` file, legacy
/// or zip container) into a graph with weights and contract, ready for
/// SaveOnnx(). Which network it is is told from its keys: MTCNN's PNet, RNet
/// or ONet, or InceptionResnetV1 (its classifier `logits` is dropped).
///
/// Errors:
/// - kNotFound, kIo: the file.
/// - kCorruptModel: not a PyTorch checkpoint, or damaged; a tensor that is
///   missing, unexpected or of the wrong shape, by name.
/// - kUnsupported: a checkpoint of another network, or one that needs pickle
///   features outside of the safe subset, by name.
///
/// Thread safety: may run concurrently.
Result<Graph> ImportFacenetPytorch(const std::filesystem::path& checkpoint);

}  // namespace mien::nets
