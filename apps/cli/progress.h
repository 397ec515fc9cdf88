// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mien::cli {

/// "[######......]  512/1000  45.2/s  0:11 left" for work `done` of `total`
/// after `elapsed`.
std::string ProgressText(int done,
                         int total,
                         std::chrono::duration<double> elapsed);

/// A line on stderr that shows how far a long command is. Silent unless stderr
/// is a terminal.
///
/// Thread safety: one thread at a time.
class Progress {
 public:
  /// Whether the command prints a line per item on stdout; then the bar shows
  /// only when stdout is no terminal.
  enum class Stdout : std::uint8_t { kQuiet, kLines };

  Progress(int total, Stdout lines);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Removes the line.
  ~Progress();

  /// States that `done` items are done.
  void Update(int done);

 private:
  using Clock = std::chrono::steady_clock;

  int total_;
  bool visible_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_;
};

}  // namespace mien::cli
