// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace mien::train {

/// Makes things ahead of their use in threads of its own and hands them out by
/// number, whatever order they were made in, so that a run does not depend on
/// the number of threads.
///
/// Thread safety: Next() by one thread; `make` runs in many.
template <typename T>
class InOrder {
 public:
  struct Options {
    int threads = 1;
    std::uint64_t first = 0;  ///< number of the first thing
    std::uint64_t ahead = 8;  ///< things made beyond the one used
  };

  InOrder(const Options& options, std::function<T(std::uint64_t)> make)
      : make_(std::move(make)),
        ahead_(options.ahead),
        next_made_(options.first),
        next_used_(options.first) {
    for (int i = 0; i < options.threads; ++i) {
      threads_.emplace_back([this] { Work(); });
    }
  }

  InOrder(const InOrder&) = delete;
  InOrder& operator=(const InOrder&) = delete;

  ~InOrder() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
  }

  /// The next thing. Throws what making it threw.
  T Next() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return made_.contains(next_used_); });
    Made made = std::move(made_.extract(next_used_).mapped());
    ++next_used_;
    lock.unlock();
    changed_.notify_all();
    if (made.failure) {
      std::rethrow_exception(made.failure);
    }
    return std::move(made.thing);
  }

 private:
  struct Made {
    T thing;
    std::exception_ptr failure;
  };

  Made Make(std::uint64_t number) {
    Made made;
    try {
      made.thing = make_(number);
    } catch (...) {
      made.failure = std::current_exception();
    }
    return made;
  }

  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] {
        return stopping_ || next_made_ <= next_used_ + ahead_;
      });
      if (stopping_) {
        return;
      }
      const std::uint64_t number = next_made_++;
      lock.unlock();
      Made made = Make(number);
      lock.lock();
      made_.emplace(number, std::move(made));
      changed_.notify_all();
    }
  }

  std::function<T(std::uint64_t)> make_;
  std::uint64_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_made_;
  std::uint64_t next_used_;
  std::map<std::uint64_t, Made> made_;
  bool stopping_ = false;

  /// Last, so that they end before what they use.
  std::vector<std::jthread> threads_;
};

}  // namespace mien::train
