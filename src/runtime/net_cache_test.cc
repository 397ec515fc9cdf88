// SPDX-License-Identifier: Apache-2.0
#include "runtime/net_cache.h"

#include <thread>

#include "runtime/onednn/compare_executors.h"

namespace mien {
namespace {

/// Sum of all elements of each of the picture's channels, so that the expected
/// output is known: [N, 2, H, W] to [N, 2].
Graph ChannelSums() {
  GraphBuilder net("sums", onednn::RandomSource(1));
  const Value x = net.Input("x", {kDynamicDim, 2, kDynamicDim, kDynamicDim});
  net.Output(net.Op("ReduceSum",
                    {x},
                    {{"axes", std::vector<std::int64_t>{2, 3}},
                     {"keepdims", std::int64_t{0}}},
                    2),
             "y");
  return std::move(net).Build();
}

std::map<std::string, Shape> Sized(std::int64_t height, std::int64_t width) {
  return {{"x", {1, 2, height, width}}};
}

std::unique_ptr<NetCache> CacheOf(const NetCacheOptions& options = {}) {
  auto cache = NetCache::Create(ChannelSums(), options);
  EXPECT_TRUE(cache) << cache.error().message;
  return *std::move(cache);
}

TEST(NetCache, ComputesAtTheExtentsThatWereAskedFor) {
  const auto cache = CacheOf();
  for (const std::int64_t side : {3, 5, 3}) {
    auto lease = cache->Acquire(Sized(side, 4));
    ASSERT_TRUE(lease) << lease.error().message;
    std::ranges::fill(lease->workspace().input(0), 0.5F);
    lease->Run();
    const auto sums = lease->workspace().output(0);
    ASSERT_EQ(sums.size(), 2U);
    EXPECT_FLOAT_EQ(sums[0], 0.5F * static_cast<float>(side) * 4.0F);
  }
}

TEST(NetCache, KeepsANetForEqualExtents) {
  const auto cache = CacheOf();
  const CompiledNet* first = &cache->Acquire(Sized(3, 4))->net();
  EXPECT_EQ(&cache->Acquire(Sized(3, 4))->net(), first);
}

TEST(NetCache, LendsEachLeaseAWorkspaceOfItsOwn) {
  const auto cache = CacheOf();
  auto one = cache->Acquire(Sized(3, 4));
  auto two = cache->Acquire(Sized(3, 4));
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->workspace().input(0).data(), two->workspace().input(0).data());
}

TEST(NetCache, ReusesIdleWorkspaces) {
  const auto cache = CacheOf();
  const float* first =
      cache->Acquire(Sized(30, 40))->workspace().input(0).data();
  EXPECT_EQ(cache->Acquire(Sized(30, 40))->workspace().input(0).data(), first);
}

TEST(NetCache, DropsTheNetUnusedForLongest) {
  const auto cache = CacheOf({.max_nets = 2});
  auto oldest = cache->Acquire(Sized(3, 4));
  ASSERT_TRUE(oldest);
  const CompiledNet* newer = &cache->Acquire(Sized(4, 4))->net();
  ASSERT_TRUE(cache->Acquire(Sized(5, 4)));
  EXPECT_EQ(&cache->Acquire(Sized(4, 4))->net(), newer);
  EXPECT_NE(&cache->Acquire(Sized(3, 4))->net(), &oldest->net());
  // The lease outlives the eviction.
  std::ranges::fill(oldest->workspace().input(0), 1.0F);
  oldest->Run();
  EXPECT_FLOAT_EQ(oldest->workspace().output(0)[1], 12.0F);
}

TEST(NetCache, RefusesOptionsOutOfRange) {
  const auto cache = NetCache::Create(ChannelSums(), {.max_nets = 0});
  ASSERT_FALSE(cache);
  EXPECT_EQ(cache.error().message,
            "num_threads is 1 and max_nets 0; both must be >= 1");
}

TEST(NetCache, PassesOnWhyExtentsDoNotFit) {
  const auto cache = CacheOf();
  const auto lease = cache->Acquire({{"x", {1, 3, 4, 4}}});
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(cache->Acquire(Sized(4, 4)));
}

TEST(NetCache, ServesThreadsAtTheSameTime) {
  const auto cache = CacheOf({.max_nets = 3});
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id) {
    threads.emplace_back([&cache, id] {
      for (int round = 0; round < 50; ++round) {
        const std::int64_t side = 2 + (id + round) % 5;
        auto lease = cache->Acquire(Sized(side, 3));
        ASSERT_TRUE(lease);
        const auto value = static_cast<float>(id + 1);
        std::ranges::fill(lease->workspace().input(0), value);
        lease->Run();
        EXPECT_FLOAT_EQ(lease->workspace().output(0)[0],
                        value * static_cast<float>(side * 3));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace mien
