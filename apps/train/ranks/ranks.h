// SPDX-License-Identifier: Apache-2.0
//
// Many machines, one network: every process computes its part of each batch,
// and they exchange sums through c10d's Gloo (TCP).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "train/executor/tensor_sum.h"
#include "train/torch.h"

namespace mien::train {

class Group;

struct RanksSetting {
  /// How many processes train together, and which of them this is, in
  /// [0, size). Rank 0 writes the run's files.
  int size = 1;
  int rank = 0;

  /// "HOST:PORT" where rank 0 waits for the others.
  std::string master = "127.0.0.1:29500";

  /// How long to wait for another process, in seconds.
  double timeout_seconds = 1800.0;
};

/// The processes of a run, or one alone. All of them make the same calls in the
/// same order; each call waits for the others.
///
/// Thread safety: none.
class Ranks : public TensorSum {
 public:
  /// Waits until all processes are there.
  ///
  /// Throws TrainError: a rank out of range, an address that is none, nobody
  /// there. Later calls throw TrainError when a process is lost.
  static c10::intrusive_ptr<Ranks> Join(const RanksSetting& setting);

  Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  ~Ranks() override;

  [[nodiscard]] int rank() const { return setting_.rank; }

  [[nodiscard]] int size() const { return setting_.size; }

  void Add(const Tensor& tensor) override;

  /// The parts of all ranks, of equal extents, one after the other along axis
  /// 0; gradients reach this rank's part. Undefined stays undefined.
  Tensor Gather(const Tensor& part);

  /// Gives every rank the file that rank 0 has at `path`, at its own `path`;
  /// nothing happens where rank 0 has none. Throws TrainError naming the path
  /// that cannot be read or written.
  void ShareFile(const std::filesystem::path& path);

  /// Whether `flag` is true on any rank.
  bool Any(bool flag);

  /// Throws TrainError, on every rank, when `text` is not the same on all;
  /// `name` says what it is.
  void ExpectSame(const std::string& name, const std::string& text);

 private:
  RanksSetting setting_;
  std::unique_ptr<Group> group_;  ///< null when alone
};

}  // namespace mien::train
