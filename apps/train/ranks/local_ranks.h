// SPDX-License-Identifier: Apache-2.0
//
// For tests: two ranks as two threads of one process.
#pragma once

#include <unistd.h>

#include <exception>
#include <functional>
#include <string>
#include <thread>

#include "train/ranks/ranks.h"

namespace mien::train {

/// A port that another test running at the same time does not use.
inline std::string LocalMaster() {
  return "127.0.0.1:" + std::to_string(20000 + getpid() % 20000);
}

/// Runs `work` as rank 0 and as rank 1, and rethrows what rank 0 throws, or
/// else what rank 1 throws.
inline void RunTwoRanks(
    const std::function<void(const RanksSetting& setting)>& work) {
  std::exception_ptr failures[2];
  const auto run = [&](int rank) {
    try {
      work({.size = 2,
            .rank = rank,
            .master = LocalMaster(),
            .timeout_seconds = 60.0});
    } catch (...) {
      failures[rank] = std::current_exception();
    }
  };
  std::thread second(run, 1);
  run(0);
  second.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure != nullptr) {
      std::rethrow_exception(failure);
    }
  }
}

}  // namespace mien::train
