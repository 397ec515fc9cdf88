// SPDX-License-Identifier: Apache-2.0
#include "gallery/measure_graph.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <span>
#include <vector>

#include "index/dot.h"

namespace mien {
namespace {

constexpr std::size_t kMeasuredProbes = 100;
constexpr int kMeasuredNeighbors = 10;

/// Of a noisy copy to its template, before both are normalised.
constexpr float kSimilarityOfCopy = 0.6F;
constexpr float kNoiseOfCopy = 0.8F;

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<float> NoisyCopy(std::span<const float> row, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> noise(row.size());
  for (float& value : noise) {
    value = normal(random);
  }
  std::vector<float> copy(row.size());
  Normalize(noise, copy);
  for (std::size_t i = 0; i < copy.size(); ++i) {
    copy[i] = kSimilarityOfCopy * row[i] + kNoiseOfCopy * copy[i];
  }
  return copy;
}

/// Ids evenly spread over all.
std::vector<std::uint64_t> Sample(std::span<const std::uint64_t> ids) {
  std::vector<std::uint64_t> sample;
  const std::size_t count = std::min(ids.size(), kMeasuredProbes);
  for (std::size_t i = 0; i < count; ++i) {
    sample.push_back(ids[i * ids.size() / count]);
  }
  return sample;
}

std::size_t CountCommon(std::span<const Neighbor> a,
                        std::span<const Neighbor> b) {
  return static_cast<std::size_t>(
      std::ranges::count_if(a, [&](const Neighbor& neighbor) {
        return std::ranges::find(b, neighbor.id, &Neighbor::id) != b.end();
      }));
}

}  // namespace

Result<MeasuredApproximation> MeasureGraph(const HnswIndex& graph,
                                           const ExactIndex& exact,
                                           const RowSource& rows) {
  std::mt19937 random(1);
  std::vector<std::vector<float>> probes;
  MIEN_RETURN_IF_ERROR(rows.Read(
      Sample(exact.ids()), [&](std::uint64_t, std::span<const float> row) {
        probes.push_back(NoisyCopy(row, random));
      }));
  MeasuredApproximation measured;
  measured.num_probes = static_cast<int>(probes.size());
  measured.num_neighbors = kMeasuredNeighbors;
  std::size_t num_nearest = 0;
  std::size_t num_found = 0;
  std::size_t num_first_found = 0;
  double seconds = 0.0;
  double exact_seconds = 0.0;
  for (const std::vector<float>& probe : probes) {
    Clock::time_point start = Clock::now();
    MIEN_ASSIGN_OR_RETURN(const auto nearest,
                          exact.Search(probe, {.k = kMeasuredNeighbors}));
    exact_seconds += SecondsSince(start);
    start = Clock::now();
    MIEN_ASSIGN_OR_RETURN(const auto found,
                          graph.Search(probe, kMeasuredNeighbors));
    seconds += SecondsSince(start);
    num_nearest += nearest.front().size();
    num_found += CountCommon(nearest.front(), found);
    num_first_found += CountCommon(std::span(nearest.front()).first(1), found);
  }
  if (num_nearest > 0) {
    const auto count = static_cast<double>(probes.size());
    measured.recall =
        static_cast<double>(num_found) / static_cast<double>(num_nearest);
    measured.recall_of_first = static_cast<double>(num_first_found) / count;
    measured.milliseconds = 1e3 * seconds / count;
    measured.exact_milliseconds = 1e3 * exact_seconds / count;
  }
  return measured;
}

}  // namespace mien
