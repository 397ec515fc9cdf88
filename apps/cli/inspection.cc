// SPDX-License-Identifier: Apache-2.0
#include "inspection.h"

#include <cstdio>
#include <utility>

#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "runtime/passes/pass.h"

namespace mien::cli {
namespace {

struct PictureSize {
  int width = 0;
  int height = 0;
};

Result<PictureSize> ParseSize(const std::string& text) {
  PictureSize size;
  char rest = 0;
  if (!text.empty() &&
      (std::sscanf(text.c_str(), "%dx%d%c", &size.width, &size.height, &rest) !=
           2 ||
       size.width < 1 || size.height < 1)) {
    return Error{ErrorCode::kInvalidArgument,
                 "size is " + text + "; must be WIDTHxHEIGHT, as 640x480"};
  }
  return size;
}

}  // namespace

Result<Inspection> Inspect(const InspectionOptions& options) {
  Inspection found;
  MIEN_ASSIGN_OR_RETURN(found.before, LoadOnnx(options.file));
  MIEN_ASSIGN_OR_RETURN(PictureSize size, ParseSize(options.size));
  Result<ModelContract> contract =
      ContractOrProfile(found.before, options.profile);
  if (contract) {
    found.contract = *std::move(contract);
    if (size.width == 0) {
      size = {found.contract->input_width, found.contract->input_height};
    }
  } else if (!options.profile.empty() ||
             contract.error().code == ErrorCode::kCorruptModel) {
    return contract.error();
  }
  MIEN_ASSIGN_OR_RETURN(
      found.input_shapes,
      FillShapes(found.before, options.batch, size.width, size.height));
  MIEN_ASSIGN_OR_RETURN(found.requested, ParsePrecision(options.precision));
  MIEN_ASSIGN_OR_RETURN(const Graph optimized, Optimize(found.before));
  MIEN_ASSIGN_OR_RETURN(const Graph fixed,
                        Specialize(optimized, found.input_shapes));
  MIEN_ASSIGN_OR_RETURN(found.after, Optimize(fixed));
  MIEN_ASSIGN_OR_RETURN(found.net,
                        MeasureNet(found.before,
                                   {.input_shapes = found.input_shapes,
                                    .precision = found.requested,
                                    .num_threads = options.threads,
                                    .num_runs = options.runs}));
  return found;
}

}  // namespace mien::cli
