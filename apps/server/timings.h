// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace mien::server {

/// How long each stage of a request took. Belongs to one request.
class Timings {
 public:
  using Seconds = std::chrono::duration<double>;

  void Add(const std::string& stage, Seconds time) {
    for (auto& [name, sum] : stages_) {
      if (name == stage) {
        sum += time;
        return;
      }
    }
    stages_.emplace_back(stage, time);
  }

  /// Calls `work` and adds what it took to `stage`.
  template <class Work>
  auto Measure(const std::string& stage, const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    auto answer = work();
    Add(stage, std::chrono::steady_clock::now() - start);
    return answer;
  }

  [[nodiscard]] const std::vector<std::pair<std::string, Seconds>>& stages()
      const {
    return stages_;
  }

 private:
  std::vector<std::pair<std::string, Seconds>> stages_;
};

}  // namespace mien::server
