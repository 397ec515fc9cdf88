// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien::cli {

/// What `mien model verify` found of a sound file.
struct NetCheck {
  /// Empty for a file without a contract.
  std::string model_id;

  /// Lowest cosine between the outputs of the compiled net in fp32 and those of
  /// the reference loops, on one input of random pixels.
  float cosine = 0.0F;
};

/// Reads the file, checks its graph and contract, and runs it both ways.
///
/// Errors:
/// - those of LoadOnnx(), Graph::Validate(), InferShapes() and
///   CompiledNet::Compile(); begin with the path.
/// - kCorruptModel: the outputs of both executors differ (cosine below 0.9999;
///   for a quantised network 0.99).
Result<NetCheck> CheckNet(const std::filesystem::path& file);

/// Lowest cosine between the outputs of two networks of the same inputs and
/// outputs, both compiled in fp32, on one input of random pixels.
///
/// Errors: those of CompiledNet::Compile().
Result<float> CompareNets(const Graph& a, const Graph& b);

}  // namespace mien::cli
