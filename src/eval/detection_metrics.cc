// SPDX-License-Identifier: Apache-2.0
#include "eval/detection_metrics.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace mien {
namespace {

constexpr int kNumThresholds = 1000;
constexpr double kLeastOverlap = 0.5;

/// Intersection over union. `margin` is added to every width and height:
/// WIDER's program counts boxes as whole pixels, both ends included.
double Overlap(const Box& a, const Box& b, double margin) {
  const auto length = [margin](float from, float to) {
    return static_cast<double>(to) - static_cast<double>(from) + margin;
  };
  const double width = length(std::max(a.x0, b.x0), std::min(a.x1, b.x1));
  const double height = length(std::max(a.y0, b.y0), std::min(a.y1, b.y1));
  if (width <= 0.0 || height <= 0.0) {
    return 0.0;
  }
  const double common = width * height;
  const double sum = length(a.x0, a.x1) * length(a.y0, a.y1) +
                     length(b.x0, b.x1) * length(b.y0, b.y1);
  return common / (sum - common);
}

struct Best {
  std::size_t truth_idx = 0;
  double overlap = 0.0;
};

/// The box of `truth` that `box` overlaps most, of those that `allowed` names.
template <typename Allowed>
std::optional<Best> FindBest(const Box& box,
                             std::span<const Box> truth,
                             double margin,
                             const Allowed& allowed) {
  std::optional<Best> best;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!allowed(i)) {
      continue;
    }
    const double overlap = Overlap(box, truth[i], margin);
    if (!best || overlap > best->overlap) {
      best = {i, overlap};
    }
  }
  return best;
}

std::size_t NumCounting(std::span<const PictureDetections> pictures) {
  std::size_t total = 0;
  for (const PictureDetections& picture : pictures) {
    total += static_cast<std::size_t>(
        std::ranges::count_if(picture.counts, [](auto c) { return c != 0; }));
  }
  return total;
}

/// After each detection of a picture, how many detections are not ignored and
/// how many faces are found.
struct Progressed {
  std::size_t proposals = 0;
  std::size_t found = 0;
};

std::vector<Progressed> WalkThrough(const PictureDetections& picture) {
  std::vector<std::uint8_t> taken(picture.truth.size());
  std::vector<Progressed> progress;
  Progressed now;
  for (const ScoredBox& detection : picture.found) {
    const auto best = FindBest(
        detection.box, picture.truth, 1.0, [](std::size_t) { return true; });
    const bool hits = best && best->overlap >= kLeastOverlap;
    const bool ignored = hits && picture.counts[best->truth_idx] == 0;
    if (!ignored) {
      ++now.proposals;
    }
    if (hits && !ignored && taken[best->truth_idx] == 0) {
      taken[best->truth_idx] = 1;
      ++now.found;
    }
    progress.push_back(now);
  }
  return progress;
}

/// Stretches scores to [0, 1].
struct ScoreRange {
  float low = 1.0F;
  float high = 0.0F;

  [[nodiscard]] double Stretch(float score) const {
    return high > low ? static_cast<double>((score - low) / (high - low)) : 1.0;
  }
};

ScoreRange RangeOf(std::span<const PictureDetections> pictures) {
  ScoreRange range;
  for (const PictureDetections& picture : pictures) {
    for (const ScoredBox& detection : picture.found) {
      range.low = std::min(range.low, detection.score);
      range.high = std::max(range.high, detection.score);
    }
  }
  return range;
}

/// A detection of FDDB's curve.
struct Outcome {
  float score = 0.0F;
  bool is_face = false;
  double overlap = 0.0;
};

/// Of one picture, without those at boxes that do not count.
std::vector<Outcome> FddbOutcomes(const PictureDetections& picture) {
  std::vector<std::uint8_t> taken(picture.truth.size());
  std::vector<Outcome> outcomes;
  for (const ScoredBox& detection : picture.found) {
    const auto best =
        FindBest(detection.box, picture.truth, 0.0, [&](std::size_t i) {
          return taken[i] == 0;
        });
    const bool hits = best && best->overlap > kLeastOverlap;
    if (hits && picture.counts[best->truth_idx] == 0) {
      continue;
    }
    if (hits) {
      taken[best->truth_idx] = 1;
    }
    outcomes.push_back({detection.score, hits, hits ? best->overlap : 0.0});
  }
  return outcomes;
}

}  // namespace

std::vector<PrecisionRecall> WiderCurve(
    std::span<const PictureDetections> pictures) {
  const std::size_t num_faces = NumCounting(pictures);
  if (num_faces == 0) {
    return {};
  }
  const ScoreRange range = RangeOf(pictures);
  std::vector<Progressed> totals(kNumThresholds);
  for (const PictureDetections& picture : pictures) {
    const std::vector<Progressed> progress = WalkThrough(picture);
    std::size_t passed = 0;
    for (int t = 0; t < kNumThresholds; ++t) {
      const double threshold =
          1.0 - static_cast<double>(t + 1) / kNumThresholds;
      while (passed < picture.found.size() &&
             range.Stretch(picture.found[passed].score) >= threshold) {
        ++passed;
      }
      if (passed > 0) {
        totals[static_cast<std::size_t>(t)].proposals +=
            progress[passed - 1].proposals;
        totals[static_cast<std::size_t>(t)].found += progress[passed - 1].found;
      }
    }
  }
  std::vector<PrecisionRecall> curve;
  for (int t = 0; t < kNumThresholds; ++t) {
    const Progressed& total = totals[static_cast<std::size_t>(t)];
    const auto found = static_cast<double>(total.found);
    curve.push_back({1.0 - static_cast<double>(t + 1) / kNumThresholds,
                     total.proposals == 0
                         ? 0.0
                         : found / static_cast<double>(total.proposals),
                     found / static_cast<double>(num_faces)});
  }
  return curve;
}

double AveragePrecision(std::span<const PrecisionRecall> curve) {
  double area = 0.0;
  double best_beyond = 0.0;
  for (std::size_t i = curve.size(); i-- > 0;) {
    best_beyond = std::max(best_beyond, curve[i].precision);
    const double before = i == 0 ? 0.0 : curve[i - 1].recall;
    area += (curve[i].recall - before) * best_beyond;
  }
  return area;
}

std::vector<FddbPoint> FddbCurve(std::span<const PictureDetections> pictures) {
  const auto num_faces = static_cast<double>(NumCounting(pictures));
  if (num_faces == 0.0) {
    return {};
  }
  std::vector<Outcome> outcomes;
  for (const PictureDetections& picture : pictures) {
    const std::vector<Outcome> some = FddbOutcomes(picture);
    outcomes.insert(outcomes.end(), some.begin(), some.end());
  }
  std::ranges::stable_sort(outcomes, std::greater<>(), &Outcome::score);
  std::vector<FddbPoint> curve;
  FddbPoint now;
  double found = 0.0;
  double overlap = 0.0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    now.false_positives += outcomes[i].is_face ? 0 : 1;
    found += outcomes[i].is_face ? 1.0 : 0.0;
    overlap += outcomes[i].overlap;
    if (i + 1 == outcomes.size() ||
        outcomes[i + 1].score != outcomes[i].score) {
      now.threshold = outcomes[i].score;
      now.discrete = found / num_faces;
      now.continuous = overlap / num_faces;
      curve.push_back(now);
    }
  }
  return curve;
}

FddbPoint FddbAt(std::span<const FddbPoint> curve,
                 std::size_t false_positives) {
  FddbPoint last;
  for (const FddbPoint& point : curve) {
    if (point.false_positives <= false_positives) {
      last = point;
    }
  }
  return last;
}

}  // namespace mien
