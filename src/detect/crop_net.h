// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "detect/lane_net.h"
#include "graph/graph.h"
#include "image/resize.h"
#include "mien/image.h"
#include "mien/result.h"
#include "runtime/net_cache.h"

namespace mien {

/// Splits `count` crops into batches of 1, 4 or 16, so that few nets are
/// compiled; a batch may have up to a quarter of its places empty. Returns the
/// batch sizes in order; their sum is at least `count`.
std::vector<int> BatchSizes(int count);

/// R-Net or O-Net: a net over square crops of a picture, in batches of bounded
/// size whatever the number of crops. Where there are enough crops to fill most
/// lanes of a LaneNet, that runs them, otherwise a compiled net.
///
/// Thread safety: const methods may run concurrently.
class CropNet {
 public:
  /// What the net says of one crop.
  struct Answer {
    float score = 0.0F;  ///< of being a face
    std::array<float, 4> offsets = {};
    std::array<float, 10> landmarks = {};  ///< of O-Net
  };

  /// `graph` has one input [N, 3, `side`, `side`] and outputs "score" [N, 2]
  /// and "box" [N, 4], and "landmarks" [N, 10] when `landmarks` are wanted.
  ///
  /// Errors:
  /// - kUnsupported: other inputs or outputs, or an operator that cannot run.
  static Result<std::unique_ptr<CropNet>> Create(const Graph& graph, int side);

  ~CropNet();

  [[nodiscard]] bool has_landmarks() const;

  /// Answer i is for crops[i], which lies inside of `image` and is not empty.
  [[nodiscard]] Result<std::vector<Answer>> Run(
      const Image& image,
      std::span<const PixelRect> crops,
      int num_threads) const;

 private:
  CropNet();

  /// The crops [first, first + count) in a batch of `size`.
  struct Batch {
    std::size_t first = 0;
    std::size_t count = 0;
    int size = 0;
    bool in_lanes = false;
  };

  [[nodiscard]] std::vector<Batch> PlanBatches(std::size_t count) const;

  Result<void> RunCompiled(const Image& image,
                           std::span<const PixelRect> crops,
                           int batch,
                           std::span<Answer> answers) const;
  void RunInLanes(const Image& image,
                  std::span<const PixelRect> crops,
                  std::span<Answer> answers) const;

  /// Idle workspaces of lane_net_.
  struct WorkspacePool;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::unique_ptr<NetCache> nets_;
  std::optional<LaneNet> lane_net_;
  std::unique_ptr<WorkspacePool> lane_workspaces_;
  std::string input_name_;
  int side_ = 0;
  std::size_t score_output_ = kNone;
  std::size_t offsets_output_ = kNone;
  std::size_t landmarks_output_ = kNone;
};

}  // namespace mien
