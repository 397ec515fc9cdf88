// SPDX-License-Identifier: Apache-2.0
#include "rate_limit.h"

#include <algorithm>

namespace mien::server {
namespace {

// Clients remembered before those that have been quiet are forgotten.
constexpr std::size_t kMaxBuckets = 10'000;

double SecondsBetween(RateLimit::Time from, RateLimit::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

double RateLimit::Capacity() const { return std::max(1.0, 2 * per_second_); }

bool RateLimit::Allow(std::string_view client, Time now) {
  if (per_second_ <= 0.0) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kMaxBuckets) {
    ForgetFullBuckets(now);
  }
  auto [place, is_new] =
      buckets_.try_emplace(std::string(client), Bucket{Capacity(), now});
  Bucket& bucket = place->second;
  bucket.tokens = std::min(
      Capacity(),
      bucket.tokens + per_second_ * SecondsBetween(bucket.filled, now));
  bucket.filled = now;
  if (bucket.tokens < 1.0) {
    return false;
  }
  bucket.tokens -= 1.0;
  return true;
}

void RateLimit::ForgetFullBuckets(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.tokens + per_second_ * SecondsBetween(bucket.filled, now) >=
           Capacity();
  });
}

}  // namespace mien::server
