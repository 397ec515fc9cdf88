// SPDX-License-Identifier: Apache-2.0
#include "stage_times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <utility>

#include "mien/image.h"

namespace mien::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array kStageNames = {"decode", "detect", "align", "embed"};

/// One round, by stage.
using RoundTimes = std::array<RoundTime, kStageNames.size()>;

/// Tells the time since the last lap.
class Stopwatch {
 public:
  /// Adds it to `to`.
  void Lap(RoundTime& to) {
    const Clock::time_point now = Clock::now();
    const std::clock_t cpu = std::clock();
    const std::chrono::duration<double, std::milli> elapsed = now - start_;
    to.wall_ms += elapsed.count();
    to.cpu_ms += 1000.0 * static_cast<double>(cpu - cpu_start_) /
                 static_cast<double>(CLOCKS_PER_SEC);
    start_ = now;
    cpu_start_ = cpu;
  }

 private:
  Clock::time_point start_ = Clock::now();
  std::clock_t cpu_start_ = std::clock();
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Sends one picture through all stages and adds their times. Returns how many
/// faces it shows.
Result<int> TimePicture(const Recognizer& recognizer,
                        const std::filesystem::path& picture,
                        RoundTimes& times) {
  Stopwatch watch;
  MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(picture));
  watch.Lap(times[0]);
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> faces,
                        recognizer.Detect(decoded.image));
  watch.Lap(times[1]);
  std::vector<Image> chips;
  for (const Detection& face : faces) {
    MIEN_ASSIGN_OR_RETURN(Image chip, recognizer.Align(decoded.image, face));
    chips.push_back(std::move(chip));
  }
  watch.Lap(times[2]);
  MIEN_ASSIGN_OR_RETURN(const std::vector<Embedding> embeddings,
                        recognizer.Embed(chips));
  watch.Lap(times[3]);
  return static_cast<int>(embeddings.size());
}

}  // namespace

double StageTimes::ChipsPerSecond(const StageTime& stage) const {
  const double total_ms = stage.median_ms * num_pictures;
  return total_ms > 0.0 ? num_chips * 1000.0 / total_ms : 0.0;
}

StageTime SummarizeStage(std::string name,
                         std::vector<RoundTime> rounds,
                         int num_pictures) {
  StageTime stage{std::move(name)};
  if (rounds.empty() || num_pictures <= 0) {
    return stage;
  }
  std::vector<double> wall;
  std::vector<double> cpu;
  for (const RoundTime& round : rounds) {
    wall.push_back(round.wall_ms / num_pictures);
    cpu.push_back(round.cpu_ms / num_pictures);
  }
  stage.median_ms = Median(wall);
  stage.fastest_ms = std::ranges::min(wall);
  stage.slowest_ms = std::ranges::max(wall);
  stage.cpu_ms = Median(cpu);
  return stage;
}

Result<StageTimes> MeasureStages(
    const Recognizer& recognizer,
    std::span<const std::filesystem::path> pictures,
    int rounds) {
  StageTimes times;
  times.num_pictures = static_cast<int>(pictures.size());
  std::array<std::vector<RoundTime>, kStageNames.size()> by_stage;
  std::vector<RoundTime> all;
  // The first round compiles the networks and does not count.
  for (int round = 0; round <= rounds; ++round) {
    RoundTimes now = {};
    int num_chips = 0;
    for (const std::filesystem::path& picture : pictures) {
      MIEN_ASSIGN_OR_RETURN(const int chips,
                            TimePicture(recognizer, picture, now));
      num_chips += chips;
    }
    times.num_chips = num_chips;
    if (round == 0) {
      continue;
    }
    RoundTime sum;
    for (std::size_t i = 0; i < now.size(); ++i) {
      by_stage[i].push_back(now[i]);
      sum.wall_ms += now[i].wall_ms;
      sum.cpu_ms += now[i].cpu_ms;
    }
    all.push_back(sum);
  }
  for (std::size_t i = 0; i < by_stage.size(); ++i) {
    times.stages.push_back(SummarizeStage(
        kStageNames[i], std::move(by_stage[i]), times.num_pictures));
  }
  times.stages.push_back(
      SummarizeStage("all", std::move(all), times.num_pictures));
  return times;
}

}  // namespace mien::cli
