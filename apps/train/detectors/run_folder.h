// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mien::train {

/// A table of numbers that grows while a run goes on. A run that goes on after
/// a break keeps the lines of before it.
class MetricsFile {
 public:
  using Row = std::vector<std::pair<std::string, double>>;

  /// Lines of steps beyond `last_step` are dropped: those steps will be made
  /// once more. Throws TrainError when the file cannot be written.
  MetricsFile(const std::filesystem::path& path, std::int64_t last_step);
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  ~MetricsFile();

  /// Every row has the same columns, "step" first.
  void Add(const Row& row);

 private:
  std::FILE* file_ = nullptr;
  bool has_header_ = false;
};

/// Prints `row` on one line of stderr.
void PrintRow(const MetricsFile::Row& row);

/// How fast steps are made.
class StepClock {
 public:
  /// Steps a second, `steps` of them since it was last asked.
  double Lap(std::int64_t steps) {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - since_;
    since_ = now;
    return static_cast<double>(steps) / passed.count();
  }

 private:
  std::chrono::steady_clock::time_point since_ =
      std::chrono::steady_clock::now();
};

/// The end of a run by the clock.
class Deadline {
 public:
  /// In `seconds` from now; 0 for never.
  explicit Deadline(double seconds) : seconds_(seconds) {}

  /// At least 0; none without an end.
  [[nodiscard]] std::optional<double> SecondsLeft() const {
    if (seconds_ <= 0) {
      return std::nullopt;
    }
    const std::chrono::duration<double> passed =
        std::chrono::steady_clock::now() - start_;
    return std::max(0.0, seconds_ - passed.count());
  }

  [[nodiscard]] bool Passed() const {
    const auto left = SecondsLeft();
    return left && *left <= 0;
  }

 private:
  double seconds_;
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

/// True now and then: whether `period` went by since it was last true.
class Every {
 public:
  explicit Every(std::chrono::duration<double> period) : period_(period) {}

  bool Due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < period_) {
      return false;
    }
    last_ = now;
    return true;
  }

 private:
  std::chrono::duration<double> period_;
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
};

/// Makes SIGINT and SIGTERM ask for an end instead of ending the program.
void CatchStopSignals();

/// Whether one of them came.
bool StopRequested();

}  // namespace mien::train
