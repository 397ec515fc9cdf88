// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace mien::cli {
namespace {

constexpr int kBarWidth = 24;
constexpr std::chrono::milliseconds kRedrawEvery{100};

/// "m:ss", or "h:mm:ss".
std::string DurationText(double seconds) {
  const auto whole = static_cast<long>(std::min(seconds + 0.5, 1e8));
  char text[40];
  if (whole >= 3600) {
    std::snprintf(text,
                  sizeof(text),
                  "%ld:%02ld:%02ld",
                  whole / 3600,
                  whole / 60 % 60,
                  whole % 60);
  } else {
    std::snprintf(text, sizeof(text), "%ld:%02ld", whole / 60, whole % 60);
  }
  return text;
}

}  // namespace

std::string ProgressText(int done,
                         int total,
                         std::chrono::duration<double> elapsed) {
  const double share = static_cast<double>(done) / std::max(total, 1);
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  std::string text = "[" + std::string(filled, '#') +
                     std::string(kBarWidth - filled, '.') + "]  " +
                     std::to_string(done) + "/" + std::to_string(total);
  if (done > 0 && elapsed.count() > 0.0) {
    const double rate = done / elapsed.count();
    char rate_text[32];
    std::snprintf(rate_text, sizeof(rate_text), "  %.1f/s  ", rate);
    text += rate_text + DurationText((total - done) / rate) + " left";
  }
  return text;
}

Progress::Progress(int total, Stdout lines)
    : total_(total),
      visible_(total > 1 && ::isatty(STDERR_FILENO) == 1 &&
               (lines == Stdout::kQuiet || ::isatty(STDOUT_FILENO) == 0)) {}

Progress::~Progress() {
  if (visible_) {
    std::fputs("\r\x1b[K", stderr);
  }
}

void Progress::Update(int done) {
  const Clock::time_point now = Clock::now();
  if (!visible_ || (done < total_ && now - drawn_ < kRedrawEvery)) {
    return;
  }
  drawn_ = now;
  std::fprintf(
      stderr, "\r\x1b[K%s", ProgressText(done, total_, now - start_).c_str());
  std::fflush(stderr);
}

}  // namespace mien::cli
