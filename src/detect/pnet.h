// SPDX-License-Identifier: Apache-2.0
//
// MTCNN's first stage (Zhang et al. 2016, Fig. 2, P-Net) over one level of the
// pyramid. Rows stream through the layers: what is held grows with the width of
// the level, never with its height. Depends on image and graph.
#pragma once

#include <array>
#include <vector>

#include "detect/area_rows.h"
#include "detect/pnet_kernel.h"
#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// One place of P-Net's output whose score passed.
struct PnetCell {
  int x = 0;
  int y = 0;
  float score = 0.0F;
  std::array<float, 4> offsets = {};  ///< x0, y0, x1, y1, in box sides

  friend bool operator==(const PnetCell&, const PnetCell&) = default;
};

/// Extents of what the layers make of a level; 0 when the level is too small.
struct PnetExtent {
  int conv1 = 0;
  int pooled = 0;
  int conv2 = 0;
  int output = 0;
};

/// The extents along one axis of a level of `input` pixels. The pooling rounds
/// up.
PnetExtent PnetExtentOf(int input);

/// Takes the weights of `graph` by the order of its layers, whatever their
/// names are.
///
/// Errors:
/// - kUnsupported: not P-Net's layers; names the first that differs.
Result<PnetWeights> PnetWeightsFromGraph(const Graph& graph);

/// P-Net with its weights packed for one instruction set.
///
/// Thread safety: const methods may run concurrently.
class Pnet {
 public:
  Pnet(const PnetWeights& weights, const PnetKernel& kernel);

  /// The cells in output rows [first_row, last_row) that score `threshold` or
  /// more, row by row. `first_row` must be a multiple of kPnetBlockRows. A
  /// level run in several such bands gives exactly the cells of one run.
  std::vector<PnetCell> Run(AreaRows& level,
                            int first_row,
                            int last_row,
                            float threshold) const;

 private:
  class Band;

  PnetWeights weights_;
  const PnetKernel& kernel_;
  PackedPnet packed_;
};

}  // namespace mien
