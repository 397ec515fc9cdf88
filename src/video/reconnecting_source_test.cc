// SPDX-License-Identifier: Apache-2.0
#include "video/reconnecting_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::video {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

/// Gives `num_frames` frames at 10 a second, then breaks off.
class BreakingSource final : public VideoSource {
 public:
  explicit BreakingSource(int num_frames) : num_frames_(num_frames) {}

  Result<std::optional<VideoFrame>> Next() override {
    if (next_ == num_frames_) {
      return Error{ErrorCode::kIo, "broke off"};
    }
    VideoFrame frame;
    frame.index = next_;
    frame.seconds = 0.1 * next_++;
    return std::optional(std::move(frame));
  }

  [[nodiscard]] double frame_rate() const override { return 10.0; }

  [[nodiscard]] int num_damaged() const override { return 1; }

 private:
  int num_frames_;
  int next_ = 0;
};

/// A server whose connections last as long as `lengths` says, in frames; -1
/// refuses.
struct Server {
  OpenSource Open() {
    return [this]() -> Result<std::unique_ptr<VideoSource>> {
      const int length = num_opened < lengths.size() ? lengths[num_opened] : 0;
      ++num_opened;
      if (length < 0) {
        return Error{ErrorCode::kIo, "refused"};
      }
      return std::unique_ptr<VideoSource>(
          std::make_unique<BreakingSource>(length));
    };
  }

  /// Stops after `num_waits` waits.
  ReconnectOptions Options(std::size_t num_waits) {
    return {
        .wait = [this](milliseconds time) { waits.push_back(time); },
        .should_stop = [this, num_waits] { return waits.size() >= num_waits; },
        .on_loss = [this](const Error& error,
                          milliseconds) { reasons.push_back(error.message); }};
  }

  std::vector<int> lengths;
  std::size_t num_opened = 0;
  std::vector<milliseconds> waits = {};
  std::vector<std::string> reasons = {};
};

TEST(OpenReconnecting, GoesOnWithFramesAndTimesAfterALoss) {
  Server server{{2, 2}};
  const auto source = OpenReconnecting(server.Open(), server.Options(2));
  ASSERT_TRUE(source);
  std::vector<std::int64_t> indices;
  std::vector<double> seconds;
  while (true) {
    const auto frame = (*source)->Next();
    ASSERT_TRUE(frame);
    if (!*frame) {
      break;
    }
    indices.push_back((*frame)->index);
    seconds.push_back((*frame)->seconds);
  }
  EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(seconds,
              ElementsAre(0.0,
                          0.1,
                          testing::DoubleNear(1.1, 1e-9),  // a wait of 1 s
                          testing::DoubleNear(1.2, 1e-9)));
  EXPECT_THAT(server.reasons, ElementsAre("broke off", "broke off"));
  EXPECT_EQ((*source)->num_damaged(), 2);
}

TEST(OpenReconnecting, WaitsLongerEachTimeAndAnewAfterAFrame) {
  Server server{{1, -1, -1, 1, -1}};
  const auto source = OpenReconnecting(server.Open(), server.Options(5));
  ASSERT_TRUE(source);
  while ((*source)->Next().value()) {
  }
  EXPECT_THAT(server.waits,
              ElementsAre(milliseconds(1000),
                          milliseconds(2000),
                          milliseconds(4000),
                          milliseconds(1000),
                          milliseconds(2000)));
}

TEST(OpenReconnecting, FailsWhenTheFirstOpeningFails) {
  Server server{{-1}};
  const auto source = OpenReconnecting(server.Open(), server.Options(1));
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().message, "refused");
  EXPECT_TRUE(server.waits.empty());
}

TEST(BackoffBefore, DoublesUpToHalfAMinute) {
  EXPECT_EQ(BackoffBefore(0), milliseconds(1000));
  EXPECT_EQ(BackoffBefore(4), milliseconds(16'000));
  EXPECT_EQ(BackoffBefore(5), milliseconds(30'000));
  EXPECT_EQ(BackoffBefore(1'000'000), milliseconds(30'000));
}

}  // namespace
}  // namespace mien::video
