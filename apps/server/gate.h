// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>

namespace mien::server {

/// Lets a number of callers through at a time; the others wait.
///
/// Thread safety: all methods may run concurrently.
class Gate {
 public:
  /// The right to be inside, until it goes.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) { gate_->Enter(); }

    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    ~Pass() { gate_->Leave(); }

   private:
    Gate* gate_;
  };

  /// `num_places` >= 1.
  explicit Gate(int num_places) : num_free_(num_places) {}

  /// Callers that wait.
  [[nodiscard]] int NumWaiting() {
    const std::lock_guard lock(mutex_);
    return num_waiting_;
  }

 private:
  void Enter() {
    std::unique_lock lock(mutex_);
    ++num_waiting_;
    has_free_.wait(lock, [this] { return num_free_ > 0; });
    --num_waiting_;
    --num_free_;
  }

  void Leave() {
    {
      const std::lock_guard lock(mutex_);
      ++num_free_;
    }
    has_free_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable has_free_;
  int num_free_;
  int num_waiting_ = 0;
};

}  // namespace mien::server
