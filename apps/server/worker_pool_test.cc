// SPDX-License-Identifier: Apache-2.0
#include "worker_pool.h"

#include <gtest/gtest.h>

#include <future>

namespace mien::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{60'000};

/// A job that ends when it is told to.
struct Blocker {
  std::promise<void> started;
  std::promise<void> end;

  WorkerPool::Job Job() {
    return {[this] {
              started.set_value();
              end.get_future().wait();
            },
            [] {}};
  }
};

TEST(WorkerPool, RunsWhatIsSubmitted) {
  std::promise<int> answer;
  WorkerPool pool(2, 10, kLong);
  ASSERT_TRUE(pool.Submit({[&] { answer.set_value(7); }, [] {}}));
  EXPECT_EQ(answer.get_future().get(), 7);
}

TEST(WorkerPool, RefusesWhenItsQueueIsFull) {
  Blocker blocker;
  WorkerPool pool(1, 1, kLong);
  ASSERT_TRUE(pool.Submit(blocker.Job()));
  blocker.started.get_future().wait();
  EXPECT_TRUE(pool.Submit({[] {}, [] {}}));
  EXPECT_FALSE(pool.Submit({[] {}, [] {}}));
  EXPECT_EQ(pool.QueueLength(), 1U);
  blocker.end.set_value();
}

TEST(WorkerPool, ExpiresWhatHasWaitedTooLong) {
  Blocker blocker;
  std::promise<std::string> answer;
  WorkerPool pool(1, 10, milliseconds(0));
  // The first job may wait 0 ms as well, so it tells by its own expiry.
  bool blocks = false;
  std::promise<void> decided;
  ASSERT_TRUE(pool.Submit({[&] {
                             blocks = true;
                             decided.set_value();
                             blocker.end.get_future().wait();
                           },
                           [&] { decided.set_value(); }}));
  decided.get_future().wait();
  ASSERT_TRUE(pool.Submit({[&] { answer.set_value("run"); },
                           [&] { answer.set_value("expired"); }}));
  if (blocks) {
    blocker.end.set_value();
  }
  EXPECT_EQ(answer.get_future().get(), "expired");
}

TEST(WorkerPool, FinishesWhatItAcceptedBeforeItGoes) {
  int num_run = 0;
  {
    WorkerPool pool(1, 100, kLong);
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(pool.Submit({[&] { ++num_run; }, [] {}}));
    }
  }
  EXPECT_EQ(num_run, 50);
}

}  // namespace
}  // namespace mien::server
