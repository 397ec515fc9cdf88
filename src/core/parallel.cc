// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace mien {

void ParallelFor(int count,
                 int num_threads,
                 const std::function<void(int)>& body) {
  num_threads = std::min(num_threads, count);
  if (num_threads <= 1) {
    for (int i = 0; i < count; ++i) {
      body(i);
    }
    return;
  }
  std::atomic<int> next = 0;
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    for (int i = next++; i < count; i = next++) {
      try {
        body(i);
      } catch (...) {
        next = count;
        const std::lock_guard lock(failure_mutex);
        failure = failure ? failure : std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    helpers.reserve(static_cast<std::size_t>(num_threads) - 1);
    for (int t = 1; t < num_threads; ++t) {
      helpers.emplace_back(work);
    }
    work();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace mien
