// SPDX-License-Identifier: Apache-2.0
#include "gate.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

namespace mien::server {
namespace {

TEST(Gate, LetsAsManyThroughAsItHasPlaces) {
  Gate gate(2);
  const Gate::Pass first(gate);
  const Gate::Pass second(gate);
  EXPECT_EQ(gate.NumWaiting(), 0);
}

TEST(Gate, OneMoreWaitsUntilSomebodyLeaves) {
  Gate gate(1);
  auto first = std::make_unique<Gate::Pass>(gate);
  std::promise<void> is_inside;
  std::future<void> inside = is_inside.get_future();
  std::jthread other([&] {
    const Gate::Pass pass(gate);
    is_inside.set_value();
  });
  while (gate.NumWaiting() == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(inside.wait_for(std::chrono::seconds(0)),
            std::future_status::timeout);
  first.reset();
  inside.get();
  EXPECT_EQ(gate.NumWaiting(), 0);
}

}  // namespace
}  // namespace mien::server
