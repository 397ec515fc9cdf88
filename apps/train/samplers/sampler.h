// SPDX-License-Identifier: Apache-2.0
//
// How batches are drawn, apart from how they are scored. A sampler is one file
// beside this one and one line in make_sampler.cc.
//
// Batch number `step` is a function of the labels, the seed and `step` alone.
// So a run resumes by Seek(), and ranks need not talk: each computes the whole
// batch and takes its part.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mien::train {

struct SamplerSetting {
  /// Chips in a batch of all ranks together.
  std::int64_t batch_size = 64;

  std::uint64_t seed = 1;

  /// Which of how many processes this one is, in [0, world_size).
  std::int64_t rank = 0;
  std::int64_t world_size = 1;
};

/// Draws batches of chips without end.
///
/// Thread safety: none.
class Sampler {
 public:
  /// Throws TrainError when `setting` is out of range.
  explicit Sampler(const SamplerSetting& setting);
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  virtual ~Sampler() = default;

  /// This rank's part of the next batch: batch_size / world_size chip indices.
  /// The parts of all ranks together are the batch of a single process.
  std::vector<std::int64_t> Next();

  /// Batches drawn so far: all there is to save.
  [[nodiscard]] std::int64_t step() const { return step_; }

  /// Goes on as after `step` batches. `step` >= 0.
  void Seek(std::int64_t step) { step_ = step; }

  /// Batches after which every chip was drawn about once; >= 1.
  [[nodiscard]] virtual std::int64_t batches_per_epoch() const = 0;

  /// The whole batch number `step`, as world_size parts of equal size.
  virtual std::vector<std::int64_t> GlobalBatch(std::int64_t step) = 0;

 protected:
  [[nodiscard]] const SamplerSetting& setting() const { return setting_; }

 private:
  SamplerSetting setting_;
  std::int64_t step_ = 0;
};

/// The sampler called `spec`, with options after a colon: "pk:chips=4",
/// "mixed:chips=4,labelled=0.5". `labels` is the identity of each chip, -1
/// where unknown; chips are numbered as in `labels`. SamplerHelp() lists all.
///
/// Throws TrainError that names an unknown sampler or option, and what a
/// sampler lacks in `labels`.
std::unique_ptr<Sampler> MakeSampler(std::string_view spec,
                                     std::span<const std::int64_t> labels,
                                     const SamplerSetting& setting);

/// One line per sampler: name, options, what it draws.
std::string SamplerHelp();

/// Throws TrainError "`name`: ..." unless a rank's part of a batch holds whole
/// groups of `group_size` chips.
void ExpectWholeGroups(std::string_view name,
                       const SamplerSetting& setting,
                       std::int64_t group_size);

}  // namespace mien::train
