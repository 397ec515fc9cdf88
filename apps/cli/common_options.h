// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mien/recognizer.h"

namespace mien::cli {

enum class LogLevel : std::uint8_t { kQuiet, kInfo };

/// The flags that several commands share.
struct CommonOptions {
  std::string models;
  std::string detector;
  std::string embedder;
  std::string profile;
  std::string precision = "auto";
  std::string log_level = "warn";
  bool flip = false;
  bool json = false;
  bool rotate = false;
  int threads = 0;
  DetectorOptions detection;

  /// Threads for the whole command: --threads, or all CPUs.
  [[nodiscard]] int NumThreads() const;

  [[nodiscard]] LogLevel Level() const {
    return log_level == "info" ? LogLevel::kInfo : LogLevel::kQuiet;
  }

  /// As the library takes them, for nets that run on `threads_per_net` threads.
  [[nodiscard]] RecognizerOptions ForRecognizer(int threads_per_net) const;
};

/// --json, --threads, --log-level, --models.
void AddGeneralFlags(CLI::App& command, CommonOptions& options);

/// --detector, --min-face-px, ...
void AddDetectorFlags(CLI::App& command, CommonOptions& options);

/// --embedder, --profile, --precision, --flip.
void AddEmbedderFlags(CLI::App& command, CommonOptions& options);

/// PICTURE..., for ExpandInputs().
void AddPictureInputs(CLI::App& command, std::vector<std::string>& inputs);

/// How a command spreads over threads: pictures side by side when there are
/// enough of them, or else all threads into each net.
struct Parallelism {
  int workers = 1;
  int threads_per_net = 1;
};

Parallelism SpreadOver(int num_pictures, int num_threads);

}  // namespace mien::cli
