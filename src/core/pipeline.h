// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "core/parallel.h"

namespace mien {

/// Calls `work(i)` for every i in [0, count) on `num_threads` threads and
/// `emit(i, result)` in rising order of i, one call at a time, as soon as its
/// turn has come. At most a few results per thread wait for a slow one before
/// them, so memory stays bounded.
template <typename T>
void RunInOrder(int count,
                int num_threads,
                const std::function<T(int)>& work,
                const std::function<void(int, T)>& emit) {
  constexpr int kWaitingPerThread = 4;
  const int window = kWaitingPerThread * std::max(num_threads, 1);
  std::mutex mutex;
  std::condition_variable turn;
  std::map<int, T> finished;
  int next = 0;
  ParallelFor(count, num_threads, [&](int i) {
    {
      // Indices are handed out in rising order, so whoever holds `next` never
      // waits here.
      std::unique_lock lock(mutex);
      turn.wait(lock, [&] { return i < next + window; });
    }
    T result = work(i);
    const std::lock_guard lock(mutex);
    finished.emplace(i, std::move(result));
    for (auto first = finished.begin();
         first != finished.end() && first->first == next;
         first = finished.erase(first)) {
      emit(next, std::move(first->second));
      ++next;
    }
    turn.notify_all();
  });
}

}  // namespace mien
