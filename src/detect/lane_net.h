// SPDX-License-Identifier: Apache-2.0
//
// R-Net and O-Net over many crops at once. Depends on graph.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "detect/lane_kernel.h"
#include "graph/graph.h"

namespace mien {

/// A net of convolutions with PReLU and pooling, one hidden linear layer and
/// linear heads, with the weights packed for one instruction set.
///
/// Thread safety: const methods may run concurrently.
class LaneNet {
 public:
  /// The net of `graph` for crops of `side` x `side` pixels, or nothing when
  /// its layers are not those of R-Net or O-Net.
  static std::optional<LaneNet> FromGraph(const Graph& graph,
                                          int side,
                                          const LaneKernel& kernel);

  /// Crops that one Run() takes.
  [[nodiscard]] int lanes() const { return kernel_->lanes; }

  [[nodiscard]] bool has_landmarks() const { return !landmarks_.bias.empty(); }

  /// Memory of one Run(), to be used again and again by one thread at a time.
  struct Workspace {
    /// [lanes, 3, side, side], to be filled before Run().
    std::vector<float> crops;

    std::vector<float> scores;     ///< [lanes, ...], of being a face
    std::vector<float> offsets;    ///< [4, lanes], ...
    std::vector<float> landmarks;  ///< [10, lanes], ..., or empty

   private:
    friend class LaneNet;
    std::vector<float> in;      // map that a layer reads
    std::vector<float> out;     // map that it writes
    std::vector<float> whole;   // a map before its pooling
    std::vector<float> points;  // of Winograd tiles
  };

  [[nodiscard]] Workspace CreateWorkspace() const;

  /// What the net says of each crop of `workspace`. Allocates nothing.
  void Run(Workspace& workspace) const;

 private:
  struct Stage {
    LaneConv conv;
    LaneMap in;
    int pool_size = 0;  // 0 for none

    // Side of what the next layer reads.
    [[nodiscard]] int pooled() const {
      const int side = in.height - conv.kernel + 1;
      return pool_size > 0 ? PooledSide(side, pool_size) : side;
    }
  };

  LaneNet(int side, const LaneKernel& kernel) : side_(side), kernel_(&kernel) {}

  // `conv` with the PReLU and pooling behind it, from `map`, which becomes the
  // map that they make and `value` its name; false when they are others.
  bool TakeStage(const Graph& graph,
                 const Node& conv,
                 LaneMap& map,
                 std::string& value);

  // The layers from the flattened `map` on; false when they are others.
  bool TakeHeads(const Graph& graph, const Node& hidden, const LaneMap& map);

  void RunStage(const Stage& stage, Workspace& workspace) const;
  void RunPooledByGroups(const Stage& stage, Workspace& workspace) const;

  int side_;
  const LaneKernel* kernel_;
  std::vector<Stage> stages_;
  LaneDense hidden_;
  LaneDense scores_;
  LaneDense offsets_;
  LaneDense landmarks_;
};

}  // namespace mien
