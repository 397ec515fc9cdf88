// SPDX-License-Identifier: Apache-2.0
#include "gallery/template_graph.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <utility>

#include "index/dot.h"

namespace mien {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMeasuredProbes = 100;
constexpr int kMeasuredNeighbors = 10;

/// Of a noisy copy to its template, before both are normalised.
constexpr float kSimilarityOfCopy = 0.6F;
constexpr float kNoiseOfCopy = 0.8F;

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

void TemplateGraph::NoteRemoved(std::uint64_t id) {
  if (index_) {
    index_->Remove(id);
  }
  std::erase(added_, id);
}

Result<void> TemplateGraph::Update(const ExactIndex& exact) {
  const Clock::time_point start = Clock::now();
  if (!index_) {
    dimension_ = exact.dimension();
    MIEN_ASSIGN_OR_RETURN(index_, HnswIndex::Create(dimension_, *rows_));
    added_.assign(exact.ids().begin(), exact.ids().end());
  }
  MIEN_RETURN_IF_ERROR(index_->Add(exact, added_));
  added_.clear();
  build_seconds_ += SecondsSince(start);
  return {};
}

Result<std::vector<std::vector<Neighbor>>> TemplateGraph::Search(
    std::span<const float> probes, int k) const {
  std::vector<std::vector<Neighbor>> answers;
  const auto d = static_cast<std::size_t>(dimension_);
  for (std::size_t first = 0; first < probes.size(); first += d) {
    MIEN_ASSIGN_OR_RETURN(auto neighbors,
                          index_->Search(probes.subspan(first, d), k));
    answers.push_back(std::move(neighbors));
  }
  return answers;
}

Result<MeasuredApproximation> TemplateGraph::Measure(
    const ExactIndex& exact) const {
  std::mt19937 random(1);
  std::vector<std::vector<float>> probes;
  MIEN_RETURN_IF_ERROR(rows_->Read(
      Sample(exact.ids()), [&](std::uint64_t, std::span<const float> row) {
        probes.push_back(NoisyCopy(row, random));
      }));
  MeasuredApproximation measured;
  measured.num_probes = static_cast<int>(probes.size());
  measured.num_neighbors = kMeasuredNeighbors;
  measured.build_seconds = build_seconds_;
  std::size_t num_nearest = 0;
  std::size_t num_found = 0;
  double seconds = 0.0;
  double exact_seconds = 0.0;
  for (const std::vector<float>& probe : probes) {
    Clock::time_point start = Clock::now();
    MIEN_ASSIGN_OR_RETURN(const auto nearest,
                          exact.Search(probe, {.k = kMeasuredNeighbors}));
    exact_seconds += SecondsSince(start);
    start = Clock::now();
    MIEN_ASSIGN_OR_RETURN(const auto found,
                          index_->Search(probe, kMeasuredNeighbors));
    seconds += SecondsSince(start);
    num_nearest += nearest.front().size();
    num_found += CountCommon(nearest.front(), found);
  }
  if (num_nearest > 0) {
    const auto count = static_cast<double>(probes.size());
    measured.recall =
        static_cast<double>(num_found) / static_cast<double>(num_nearest);
    measured.milliseconds = 1e3 * seconds / count;
    measured.exact_milliseconds = 1e3 * exact_seconds / count;
  }
  return measured;
}

}  // namespace mien
