// SPDX-License-Identifier: Apache-2.0
#include "video/latest_source.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>

namespace mien::video {
namespace {

/// A camera of 10 frames a second whose time the test sets: Next() waits until
/// it is time for the next frame.
class Camera {
 public:
  explicit Camera(std::int64_t num_frames = 1'000'000)
      : num_frames_(num_frames) {}

  /// Lets time pass until frame `index` is there, and waits until everything up
  /// to it has been taken.
  void RunUntil(std::int64_t index) {
    std::unique_lock lock(mutex_);
    now_ = index;
    changed_.notify_all();
    changed_.wait(lock, [&] { return num_asked_ > index + 1; });
  }

  void Stop() {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    changed_.notify_all();
  }

  Result<std::optional<VideoFrame>> Next() {
    std::unique_lock lock(mutex_);
    const std::int64_t index = num_asked_++;
    changed_.notify_all();
    if (index == num_frames_) {
      return Error{ErrorCode::kIo, "broke off"};
    }
    changed_.wait(lock, [&] { return is_stopped_ || now_ >= index; });
    if (is_stopped_) {
      return std::optional<VideoFrame>();
    }
    VideoFrame frame;
    frame.index = index;
    frame.seconds = 0.1 * static_cast<double>(index);
    return std::optional(std::move(frame));
  }

 private:
  std::int64_t num_frames_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t now_ = -1;
  std::int64_t num_asked_ = 0;
  bool is_stopped_ = false;
};

class CameraSource final : public VideoSource {
 public:
  explicit CameraSource(Camera& camera) : camera_(camera) {}

  Result<std::optional<VideoFrame>> Next() override { return camera_.Next(); }

  [[nodiscard]] double frame_rate() const override { return 10.0; }

  [[nodiscard]] int num_damaged() const override { return 2; }

 private:
  Camera& camera_;
};

std::unique_ptr<VideoSource> Latest(Camera& camera) {
  return KeepLatest(std::make_unique<CameraSource>(camera),
                    [&camera] { camera.Stop(); });
}

std::int64_t IndexOfNext(VideoSource& source) {
  const auto frame = source.Next();
  return frame && *frame ? (*frame)->index : -1;
}

TEST(KeepLatest, GivesEveryFrameToWhoIsQuick) {
  Camera camera;
  const auto source = Latest(camera);
  for (std::int64_t i = 0; i < 5; ++i) {
    camera.RunUntil(i);
    EXPECT_EQ(IndexOfNext(*source), i);
  }
  EXPECT_EQ(source->num_dropped(), 0);
}

TEST(KeepLatest, GivesTheNewestFrameToWhoIsSlow) {
  Camera camera;
  const auto source = Latest(camera);
  // Each look takes seven frames' time: no matter how long that goes on, what
  // is looked at is never older than the last frame.
  for (std::int64_t now = 0; now <= 70; now += 7) {
    camera.RunUntil(now);
    EXPECT_EQ(IndexOfNext(*source), now);
  }
  EXPECT_EQ(source->num_dropped(), 60);
}

TEST(KeepLatest, TheLastFrameComesBeforeTheError) {
  Camera camera(3);
  const auto source = Latest(camera);
  camera.RunUntil(2);
  EXPECT_EQ(IndexOfNext(*source), 2);
  const auto end = source->Next();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "broke off");
  EXPECT_EQ(source->Next().error().message, "broke off");
}

TEST(KeepLatest, SaysWhatTheSourceSays) {
  Camera camera;
  const auto source = Latest(camera);
  camera.RunUntil(0);
  EXPECT_EQ(source->frame_rate(), 10.0);
  EXPECT_EQ(source->num_damaged(), 2);
}

TEST(KeepLatest, EndsWhileTheSourceWaits) {
  Camera camera;
  const auto source = Latest(camera);
  camera.RunUntil(0);  // it now waits for frame 1, which never comes
}

}  // namespace
}  // namespace mien::video
