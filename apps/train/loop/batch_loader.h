// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "data/augment.h"
#include "mien/image.h"
#include "train/loop/chip_source.h"
#include "train/samplers/sampler.h"
#include "train/torch.h"

namespace mien::train {

/// Makes the square chip that the network reads out of a stored one; `key`
/// differs from one use of a chip to the next, and is the same in every run of
/// the same seed.
using ChipCutter =
    std::function<Image(const Image& stored, const AugmentKey& key)>;

/// What a network is fed in one step.
struct Batch {
  /// 8-bit RGB, [B, S, S, 3].
  Tensor pixels;

  /// [B] int64, -1 where unknown.
  Tensor labels;

  /// [B, t] float32, of unit length; undefined without a teacher.
  Tensor teacher;
};

struct LoaderOptions {
  /// Side of the network's chips, in pixels.
  int input_px = 112;

  /// Threads that decode and augment, >= 1.
  int num_threads = 1;

  /// In memory that a GPU copies from while the program goes on.
  bool pinned = false;

  /// Place of this rank's first chip in the batch of all ranks, so that chips
  /// are augmented as a single process would.
  std::uint64_t first_place = 0;

  std::uint64_t seed = 1;
};

/// Makes batches ahead of the network, in threads of its own. The batches are
/// the same however many threads make them.
///
/// Thread safety: one thread calls Next().
class BatchLoader {
 public:
  /// `source` and `sampler` must outlive the loader, and the sampler is the
  /// loader's alone. Begins with the sampler's present step.
  BatchLoader(const ChipSource& source,
              Sampler& sampler,
              ChipCutter cutter,
              const LoaderOptions& options);
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;
  ~BatchLoader();

  /// The next batch. Throws TrainError for a damaged chip.
  Batch Next();

 private:
  void Work();
  [[nodiscard]] Batch Make(std::int64_t step,
                           const std::vector<std::int64_t>& chips) const;

  const ChipSource& source_;
  Sampler& sampler_;
  ChipCutter cutter_;
  LoaderOptions options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Batch> ready_;
  std::int64_t next_made_;
  std::int64_t next_taken_;
  std::exception_ptr failure_;
  bool stops_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mien::train
