// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "core/file.h"

namespace mien {

/// Elements of large initializers, by their place among the graph's
/// initializers.
using OnnxPayloads = std::map<int, SharedBytes>;

/// An ONNX file without the elements of its large initializers.
struct StrippedOnnx {
  std::string message;
  OnnxPayloads payloads;
};

/// Takes the raw_data of large initializers out of `file`, so that parsing the
/// rest copies next to nothing. A file that is not in order is left as it is:
/// the parser will say what is wrong.
StrippedOnnx StripPayloads(const SharedBytes& file);

}  // namespace mien
