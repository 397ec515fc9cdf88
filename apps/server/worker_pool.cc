// SPDX-License-Identifier: Apache-2.0
#include "worker_pool.h"

#include <utility>

namespace mien::server {

WorkerPool::WorkerPool(int num_workers,
                       std::size_t max_queue,
                       std::chrono::milliseconds max_wait)
    : num_workers_(num_workers), max_queue_(max_queue), max_wait_(max_wait) {
  for (int i = 0; i < num_workers; ++i) {
    workers_.emplace_back([this] { Work(); });
  }
}

void WorkerPool::Finish() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  has_work_.notify_all();
  for (std::thread& worker : workers_) {
    worker.join();
  }
  workers_.clear();
}

bool WorkerPool::Submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || queue_.size() >= max_queue_) {
      return false;
    }
    queue_.push_back({std::move(job), std::chrono::steady_clock::now()});
  }
  has_work_.notify_one();
  return true;
}

std::size_t WorkerPool::QueueLength() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::chrono::milliseconds WorkerPool::ExpectedWait() const {
  return std::chrono::milliseconds(static_cast<std::int64_t>(
      static_cast<double>(QueueLength() + 1) * mean_job_ms_ / num_workers_));
}

void WorkerPool::Work() {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  while (true) {
    Waiting next;
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    const auto start = std::chrono::steady_clock::now();
    if (start - next.since > max_wait_) {
      next.job.expire();
      continue;
    }
    next.job.run();
    const Milliseconds took = std::chrono::steady_clock::now() - start;
    constexpr double kNewShare = 0.1;  // remembers some ten jobs
    mean_job_ms_ = mean_job_ms_ + kNewShare * (took.count() - mean_job_ms_);
  }
}

}  // namespace mien::server
