// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mien::server {

/// A token bucket for each client: so many requests a second in the long run,
/// twice as many at once.
///
/// Thread safety: all methods may run concurrently.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `per_second` 0 allows everything.
  explicit RateLimit(double per_second) : per_second_(per_second) {}

  /// Whether `client` may make a request at `now`; counts it if so.
  bool Allow(std::string_view client, Time now);

 private:
  struct Bucket {
    double tokens = 0.0;
    Time filled;
  };

  [[nodiscard]] double Capacity() const;
  void ForgetFullBuckets(Time now);

  double per_second_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace mien::server
