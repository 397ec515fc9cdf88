// SPDX-License-Identifier: Apache-2.0
#include "video/reconnecting_source.h"

#include <algorithm>
#include <utility>

namespace mien::video {
namespace {

constexpr std::chrono::milliseconds kFirstWait{1000};
constexpr std::chrono::milliseconds kLongestWait{30'000};

class ReconnectingSource final : public VideoSource {
 public:
  ReconnectingSource(OpenSource open,
                     ReconnectOptions options,
                     std::unique_ptr<VideoSource> source)
      : open_(std::move(open)),
        options_(std::move(options)),
        source_(std::move(source)) {}

  Result<std::optional<VideoFrame>> Next() override {
    while (!options_.should_stop()) {
      auto frame = source_ == nullptr ? Reopen() : source_->Next();
      if (frame && *frame) {
        attempt_ = 0;
        (*frame)->index += first_index_;
        (*frame)->seconds += first_seconds_;
        next_index_ = (*frame)->index + 1;
        last_seconds_ = (*frame)->seconds;
        return frame;
      }
      if (options_.should_stop()) {
        break;
      }
      Lose(frame ? Error{ErrorCode::kIo, "the stream ended"} : frame.error());
    }
    return std::optional<VideoFrame>();
  }

  [[nodiscard]] double frame_rate() const override {
    return source_ == nullptr ? 0.0 : source_->frame_rate();
  }

  [[nodiscard]] int num_damaged() const override {
    return num_damaged_ + (source_ == nullptr ? 0 : source_->num_damaged());
  }

 private:
  Result<std::optional<VideoFrame>> Reopen() {
    MIEN_ASSIGN_OR_RETURN(source_, open_());
    return source_->Next();
  }

  void Lose(const Error& error) {
    if (source_ != nullptr) {
      num_damaged_ += source_->num_damaged();
      source_.reset();
      first_index_ = next_index_;
      first_seconds_ = last_seconds_;
    }
    const std::chrono::milliseconds wait = BackoffBefore(attempt_++);
    if (options_.on_loss) {
      options_.on_loss(error, wait);
    }
    options_.wait(wait);
    first_seconds_ += std::chrono::duration<double>(wait).count();
  }

  OpenSource open_;
  ReconnectOptions options_;
  std::unique_ptr<VideoSource> source_;  ///< none while disconnected
  int attempt_ = 0;
  int num_damaged_ = 0;
  std::int64_t first_index_ = 0;
  std::int64_t next_index_ = 0;
  double first_seconds_ = 0.0;
  double last_seconds_ = 0.0;
};

}  // namespace

std::chrono::milliseconds BackoffBefore(int attempt) {
  // Beyond five doublings the longest wait is reached in any case.
  return std::min(kFirstWait * (1 << std::clamp(attempt, 0, 5)), kLongestWait);
}

Result<std::unique_ptr<VideoSource>> OpenReconnecting(
    OpenSource open, ReconnectOptions options) {
  MIEN_ASSIGN_OR_RETURN(std::unique_ptr<VideoSource> source, open());
  return std::unique_ptr<VideoSource>(std::make_unique<ReconnectingSource>(
      std::move(open), std::move(options), std::move(source)));
}

}  // namespace mien::video
