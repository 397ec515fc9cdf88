// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "mien/embedding.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien::server {

/// Embeds the chips of concurrent requests together: one network run on many
/// chips is cheaper than many runs on one.
///
/// Nobody waits for company. A caller that finds one of `max_runs` runs free
/// starts at once with all that has gathered; the others gather meanwhile.
///
/// Thread safety: all methods may run concurrently.
class FaceBatcher {
 public:
  using Embed =
      std::function<Result<std::vector<Embedding>>(std::span<const Image>)>;
  using Observe = std::function<void(int batch_size)>;

  /// `embed` takes at most `max_batch` chips unless one call brings more.
  FaceBatcher(Embed embed, int max_runs, int max_batch, Observe observe)
      : embed_(std::move(embed)),
        max_runs_(max_runs),
        max_batch_(static_cast<std::size_t>(max_batch)),
        observe_(std::move(observe)) {}

  /// Embedding i belongs to chip i.
  ///
  /// Errors: those of `embed`; chips of other callers cause none.
  Result<std::vector<Embedding>> Run(std::vector<Image> chips);

  /// Callers whose chips wait for a run.
  [[nodiscard]] std::size_t NumWaiting();

 private:
  struct Ticket {
    std::vector<Image> chips;
    std::optional<Result<std::vector<Embedding>>> answer;
    bool is_taken = false;
  };

  std::vector<Ticket*> TakeBatch();
  void Answer(const std::vector<Ticket*>& batch);

  Embed embed_;
  int max_runs_;
  std::size_t max_batch_;
  Observe observe_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Ticket*> waiting_;
  int num_runs_ = 0;
};

}  // namespace mien::server
