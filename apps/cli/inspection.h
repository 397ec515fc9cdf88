// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "graph/graph.h"
#include "mien/model.h"
#include "mien/precision.h"
#include "mien/result.h"
#include "net_report.h"

namespace mien::cli {

struct InspectionOptions {
  std::string file;

  /// Contract for a file without one; may be empty.
  std::string profile;

  /// As ParsePrecision() takes it.
  std::string precision = "auto";

  /// "640x480" for inputs whose size is free; may be empty.
  std::string size;
  int batch = 1;
  int threads = 1;

  /// Timed runs, >= 1.
  int runs = 20;
};

/// What inspection found; the contract is missing in files without one.
struct Inspection {
  Graph before;
  Graph after;
  std::map<std::string, Shape> input_shapes;
  std::optional<ModelContract> contract;
  Precision requested = Precision::kAuto;
  NetReport net;
};

/// Reads the file, rewrites its graph and measures it.
///
/// Errors:
/// - kInvalidArgument: an option is malformed, or a size is missing.
/// - those of LoadOnnx(), Optimize() and CompiledNet::Compile().
Result<Inspection> Inspect(const InspectionOptions& options);

}  // namespace mien::cli
