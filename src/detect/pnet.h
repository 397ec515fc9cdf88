// SPDX-License-Identifier: Apache-2.0
//
// MTCNN's first stage (Zhang et al. 2016, Fig. 2, P-Net) over one level of the
// pyramid. Rows stream through the layers: what is held grows with the width of
// the level, never with its height. Depends on image and graph.
#pragma once

#include <array>
#include <cstddef>
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

/// Which cells of a level to collect.
struct PnetRange {
  /// Output rows [first_row, last_row); the first must be a multiple of
  /// kPnetBlockRows, the last may lie past the end.
  int first_row = 0;
  int last_row = 0;

  /// Cells that score this or more, in (0, 1).
  float threshold = 0.6F;

  /// Of more cells than this, those with the best scores.
  std::size_t max_cells = 1'000'000;
};

/// Drops the cells with the lowest scores when there are more than `limit`, and
/// then those that score no more than one dropped; the others stay in order.
void KeepBestCells(std::size_t limit, std::vector<PnetCell>& cells);

/// P-Net with its weights packed for one instruction set.
///
/// Thread safety: const methods may run concurrently.
class Pnet {
 public:
  Pnet(const PnetWeights& weights, const PnetKernel& kernel);

  /// The cells of `range`, row by row. A level run in several ranges gives
  /// exactly the cells of one run.
  std::vector<PnetCell> Run(AreaRows& level, const PnetRange& range) const;

 private:
  class Band;

  PnetWeights weights_;
  const PnetKernel& kernel_;
  PackedPnet packed_;
};

}  // namespace mien
