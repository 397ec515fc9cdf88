// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "mien/result.h"

namespace mien {

/// The metadata_props of the ONNX file at `path`, read by skipping over the
/// graph and its weights, so that looking at a folder of large models takes no
/// time.
///
/// Errors:
/// - kNotFound, kIo: the file.
/// - kCorruptModel: not a protobuf message of ONNX's form.
Result<std::map<std::string, std::string>> ReadOnnxMetadata(
    const std::filesystem::path& path);

}  // namespace mien
