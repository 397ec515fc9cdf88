// SPDX-License-Identifier: Apache-2.0
#include "eval/folds.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace mien {
namespace {

/// Thresholds 0, step, 2 step, ... below 4, as numpy's arange(0, 4, step).
struct Grid {
  int count = 0;
  double step = 0.0;

  [[nodiscard]] double At(int i) const { return i * step; }
};

constexpr Grid kAccuracyGrid = {400, 0.01};
constexpr Grid kValidationGrid = {4000, 0.001};

/// How many pairs are accepted at each threshold of a grid.
struct Accepted {
  std::vector<int> mated;
  std::vector<int> non_mated;
  int num_mated = 0;
  int num_non_mated = 0;

  [[nodiscard]] double MatedRate(int i) const {
    return num_mated == 0
               ? 0.0
               : static_cast<double>(mated[static_cast<std::size_t>(i)]) /
                     num_mated;
  }

  [[nodiscard]] double NonMatedRate(int i) const {
    return num_non_mated == 0
               ? 0.0
               : static_cast<double>(non_mated[static_cast<std::size_t>(i)]) /
                     num_non_mated;
  }

  /// Pairs decided rightly at threshold i.
  [[nodiscard]] int Correct(int i) const {
    const auto at = static_cast<std::size_t>(i);
    return mated[at] + num_non_mated - non_mated[at];
  }
};

/// The first threshold above `distance`, or grid.count.
int FirstAccepting(double distance, const Grid& grid) {
  if (distance < 0.0) {
    return 0;
  }
  if (!(distance < grid.At(grid.count - 1))) {
    return grid.count;
  }
  // A quotient may be one off; the comparison itself decides.
  int i = std::max(0, static_cast<int>(distance / grid.step) - 1);
  while (!(distance < grid.At(i))) {
    ++i;
  }
  return i;
}

/// Counts the pairs for which `wanted` holds.
template <typename Wanted>
Accepted CountAccepted(std::span<const Judged> pairs,
                       const Grid& grid,
                       const Wanted& wanted) {
  const auto size = static_cast<std::size_t>(grid.count) + 1;
  Accepted accepted{std::vector<int>(size), std::vector<int>(size)};
  for (const Judged& pair : pairs) {
    if (!wanted(pair)) {
      continue;
    }
    const bool mated = pair.truth == Truth::kMated;
    ++(mated ? accepted.num_mated : accepted.num_non_mated);
    const auto first =
        static_cast<std::size_t>(FirstAccepting(pair.distance, grid));
    ++(mated ? accepted.mated : accepted.non_mated)[first];
  }
  for (std::size_t i = 1; i < size; ++i) {
    accepted.mated[i] += accepted.mated[i - 1];
    accepted.non_mated[i] += accepted.non_mated[i - 1];
  }
  return accepted;
}

auto InFold(int fold) {
  return [fold](const Judged& pair) { return pair.fold == fold; };
}

auto OutsideFold(int fold) {
  return [fold](const Judged& pair) { return pair.fold != fold; };
}

/// The lowest of the thresholds with the most right decisions.
int BestThreshold(const Accepted& accepted, const Grid& grid) {
  int best = 0;
  for (int i = 1; i < grid.count; ++i) {
    if (accepted.Correct(i) > accepted.Correct(best)) {
      best = i;
    }
  }
  return best;
}

double ValidationThreshold(const Accepted& others, double far) {
  const Grid& grid = kValidationGrid;
  int above = 0;
  while (above < grid.count && others.NonMatedRate(above) <= far) {
    ++above;
  }
  if (above == grid.count) {
    // Never exceeded; perhaps just reached.
    for (int i = 0; i < grid.count; ++i) {
      if (others.NonMatedRate(i) >= far) {
        return grid.At(i);
      }
    }
    return 0.0;
  }
  int below = above - 1;
  while (below >= 0 && others.NonMatedRate(below) >= far) {
    --below;
  }
  if (below < 0) {
    return 0.0;
  }
  const double share =
      (far - others.NonMatedRate(below)) /
      (others.NonMatedRate(above) - others.NonMatedRate(below));
  return std::lerp(grid.At(below), grid.At(above), share);
}

/// Share of the fold's pairs of one kind that are nearer than `threshold`.
double ShareNearer(std::span<const Judged> pairs,
                   int fold,
                   Truth truth,
                   double threshold) {
  int nearer = 0;
  int total = 0;
  for (const Judged& pair : pairs) {
    if (pair.fold == fold && pair.truth == truth) {
      ++total;
      nearer += pair.distance < threshold ? 1 : 0;
    }
  }
  return total == 0 ? 0.0 : static_cast<double>(nearer) / total;
}

}  // namespace

FoldOutcome JudgeFold(std::span<const Judged> pairs, int fold, double far) {
  FoldOutcome outcome;
  const Accepted others =
      CountAccepted(pairs, kAccuracyGrid, OutsideFold(fold));
  const Accepted own = CountAccepted(pairs, kAccuracyGrid, InFold(fold));
  const int best = BestThreshold(others, kAccuracyGrid);
  const int num_own = own.num_mated + own.num_non_mated;
  outcome.threshold = kAccuracyGrid.At(best);
  outcome.accuracy =
      num_own == 0 ? 0.0 : static_cast<double>(own.Correct(best)) / num_own;
  outcome.validation_threshold = ValidationThreshold(
      CountAccepted(pairs, kValidationGrid, OutsideFold(fold)), far);
  outcome.validation_rate =
      ShareNearer(pairs, fold, Truth::kMated, outcome.validation_threshold);
  outcome.false_accept_rate =
      ShareNearer(pairs, fold, Truth::kNonMated, outcome.validation_threshold);
  return outcome;
}

Result<std::vector<FoldOutcome>> JudgeFolds(std::span<const Judged> pairs,
                                            int num_folds,
                                            double far) {
  if (num_folds < 2) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(num_folds) +
                     " fold; cross-validation needs two or more"};
  }
  std::vector<FoldOutcome> outcomes;
  for (int fold = 0; fold < num_folds; ++fold) {
    if (std::ranges::none_of(pairs, InFold(fold))) {
      return Error{ErrorCode::kInvalidArgument,
                   "fold " + std::to_string(fold + 1) + " of " +
                       std::to_string(num_folds) + " holds no pairs"};
    }
    outcomes.push_back(JudgeFold(pairs, fold, far));
  }
  return outcomes;
}

std::vector<RocPoint> FoldRoc(std::span<const Judged> pairs, int fold) {
  const Accepted own = CountAccepted(pairs, kAccuracyGrid, InFold(fold));
  std::vector<RocPoint> roc;
  for (int i = 0; i < kAccuracyGrid.count; ++i) {
    roc.push_back({static_cast<float>(kAccuracyGrid.At(i)),
                   own.NonMatedRate(i),
                   own.MatedRate(i)});
  }
  return roc;
}

std::vector<RocPoint> MeanRoc(std::span<const std::vector<RocPoint>> curves) {
  if (curves.empty()) {
    return {};
  }
  std::vector<RocPoint> mean(curves.front().size());
  const auto count = static_cast<double>(curves.size());
  for (const std::vector<RocPoint>& curve : curves) {
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i].threshold = curve[i].threshold;
      mean[i].fmr += curve[i].fmr / count;
      mean[i].tmr += curve[i].tmr / count;
    }
  }
  return mean;
}

double BestAccuracy(std::span<const Judged> pairs) {
  if (pairs.empty()) {
    return 0.0;
  }
  const Accepted all =
      CountAccepted(pairs, kAccuracyGrid, [](const Judged&) { return true; });
  return static_cast<double>(all.Correct(BestThreshold(all, kAccuracyGrid))) /
         static_cast<double>(pairs.size());
}

}  // namespace mien
