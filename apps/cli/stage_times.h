// SPDX-License-Identifier: Apache-2.0
//
// How long each part of the way from a picture to its embeddings takes.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien::cli {

/// Milliseconds per picture, over the rounds.
struct StageTime {
  std::string name;
  double median_ms = 0.0;
  double fastest_ms = 0.0;
  double slowest_ms = 0.0;

  /// Median of the processor time, of all threads together. Less than the time
  /// on the clock with one thread: others had the processor meanwhile.
  double cpu_ms = 0.0;
};

/// One round, over all pictures.
struct RoundTime {
  double wall_ms = 0.0;
  double cpu_ms = 0.0;
};

struct StageTimes {
  /// "decode", "detect", "align", "embed", "all".
  std::vector<StageTime> stages;
  int num_pictures = 0;

  /// Faces found in all the pictures.
  int num_chips = 0;

  /// Chips that the stage gets through in a second; 0 when it took no time.
  [[nodiscard]] double ChipsPerSecond(const StageTime& stage) const;
};

/// Median, least and largest of the rounds, per picture. All 0 for no rounds.
StageTime SummarizeStage(std::string name,
                         std::vector<RoundTime> rounds,
                         int num_pictures);

/// Sends every picture through all stages, `rounds` times after one that does
/// not count; the chips of a picture are embedded together.
///
/// Errors:
/// - those of LoadImage() and the recognizer, for the first picture that fails.
Result<StageTimes> MeasureStages(
    const Recognizer& recognizer,
    std::span<const std::filesystem::path> pictures,
    int rounds);

}  // namespace mien::cli
