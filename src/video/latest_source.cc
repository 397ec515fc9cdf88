// SPDX-License-Identifier: Apache-2.0
#include "video/latest_source.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace mien::video {
namespace {

class LatestSource final : public VideoSource {
 public:
  LatestSource(std::unique_ptr<VideoSource> source, std::function<void()> stop)
      : source_(std::move(source)),
        stop_(std::move(stop)),
        frame_rate_(source_->frame_rate()),
        reader_([this] { ReadAll(); }) {}

  ~LatestSource() override {
    {
      const std::lock_guard lock(mutex_);
      is_abandoned_ = true;
    }
    stop_();
    reader_.join();
  }

  Result<std::optional<VideoFrame>> Next() override {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return latest_ || end_; });
    if (latest_) {
      return std::exchange(latest_, std::nullopt);
    }
    return *end_;
  }

  [[nodiscard]] double frame_rate() const override { return frame_rate_; }

  [[nodiscard]] int num_damaged() const override {
    const std::lock_guard lock(mutex_);
    return num_damaged_;
  }

  [[nodiscard]] std::int64_t num_dropped() const override {
    const std::lock_guard lock(mutex_);
    return num_dropped_;
  }

 private:
  void ReadAll() {
    bool goes_on = true;
    while (goes_on) {
      auto next = source_->Next();
      const std::lock_guard lock(mutex_);
      num_damaged_ = source_->num_damaged();
      goes_on = next && *next && !is_abandoned_;
      if (next && *next) {
        num_dropped_ += latest_ ? 1 : 0;
        latest_ = **std::move(next);
      } else {
        end_ = std::move(next);
      }
      arrived_.notify_one();
    }
  }

  std::unique_ptr<VideoSource> source_;  ///< the reader's alone
  std::function<void()> stop_;
  double frame_rate_;

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<VideoFrame> latest_;  ///< until it is handed out
  std::optional<Result<std::optional<VideoFrame>>> end_;
  bool is_abandoned_ = false;
  int num_damaged_ = 0;
  std::int64_t num_dropped_ = 0;

  std::thread reader_;
};

}  // namespace

std::unique_ptr<VideoSource> KeepLatest(std::unique_ptr<VideoSource> source,
                                        std::function<void()> stop) {
  return std::make_unique<LatestSource>(std::move(source), std::move(stop));
}

}  // namespace mien::video
