// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/file.h"
#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Parses an ONNX file, opsets 7 to 20 of the default domain (see opset.h).
/// Constant nodes become initializers. Whether each operator can run is not
/// checked here but by the executors.
///
/// Errors:
/// - kCorruptModel: not an ONNX file, a tensor whose bytes do not fit its
///   extents, a missing tensor, a cycle; names what.
/// - kUnsupported: opset, element type, external data or control flow; names
///   node, operator and opset.
Result<Graph> ParseOnnx(std::span<const std::byte> file);

/// ParseOnnx() of bytes that the graph's large constants go on using.
Result<Graph> ParseSharedOnnx(const SharedBytes& file);

/// ParseOnnx() of a file, which is mapped (see MapFile()); errors begin with
/// its path.
///
/// Errors: those of ParseOnnx(), kNotFound, kIo.
Result<Graph> LoadOnnx(const std::filesystem::path& path);

/// `graph` as an ONNX file, readable by any ONNX runtime.
///
/// Errors:
/// - kInvalidArgument: `graph` holds operators of the mien domain.
Result<std::vector<std::byte>> SerializeOnnx(const Graph& graph);

/// Writes SerializeOnnx() atomically.
Result<void> SaveOnnx(const Graph& graph, const std::filesystem::path& path);

/// "sha256:" and 16 hex digits over the operators, attributes and weights of
/// `graph`, and over the metadata that change its answers (input contract), but
/// not over names, notes or calibration.
std::string ModelId(const Graph& graph);

}  // namespace mien
