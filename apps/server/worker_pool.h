// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mien::server {

/// Threads that work off a queue of bounded length: what does not fit, or has
/// waited too long, is refused while refusing is still cheap.
///
/// Thread safety: all methods may run concurrently.
class WorkerPool {
 public:
  struct Job {
    std::function<void()> run;

    /// Called instead of `run` when the job has waited longer than max_wait.
    std::function<void()> expire;
  };

  WorkerPool(int num_workers,
             std::size_t max_queue,
             std::chrono::milliseconds max_wait);

  ~WorkerPool() { Finish(); }

  /// Takes no more jobs and returns when all are done.
  void Finish();

  /// False when the queue is full.
  [[nodiscard]] bool Submit(Job job);

  /// Jobs that wait.
  [[nodiscard]] std::size_t QueueLength() const;

  /// How long a job submitted now would wait, from what jobs took of late.
  [[nodiscard]] std::chrono::milliseconds ExpectedWait() const;

 private:
  struct Waiting {
    Job job;
    std::chrono::steady_clock::time_point since;
  };

  void Work();

  double num_workers_;
  std::size_t max_queue_;
  std::chrono::milliseconds max_wait_;
  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<Waiting> queue_;
  bool is_stopping_ = false;
  std::atomic<double> mean_job_ms_{0.0};
  std::vector<std::thread> workers_;
};

}  // namespace mien::server
