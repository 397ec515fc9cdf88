// SPDX-License-Identifier: Apache-2.0
//
// HNSW (Malkov and Yashunin 2018, arXiv:1603.09320) by faiss. Only the graph is
// faiss's: its distances, in Debian's build, are plain loops that add one
// product after the other, so that making a graph of 20,000 rows of 512 values
// took minutes. The distance here is the negative product of int8 rows.
#include "index/hnsw/hnsw_module.h"

#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/HNSW.h>
#include <faiss/utils/Heap.h>
#include <omp.h>

#include <algorithm>
#include <exception>
#include <numeric>
#include <random>
#include <vector>

namespace mien {
namespace {

/// From a row or a probe to rows.
class RowDistances final : public faiss::DistanceComputer {
 public:
  explicit RowDistances(const Int8Rows& rows) : rows_(rows) {}

  void SetRow(std::size_t i) {
    values_ = rows_.row(i);
    scale_ = rows_.scale(i);
  }

  /// The length of a probe changes no order.
  void SetProbe(const std::int8_t* values) {
    values_ = values;
    scale_ = 1.0F;
  }

  void set_query(const float* /*x*/) override {}

  float operator()(idx_t i) override {
    return -rows_.Dot(static_cast<std::size_t>(i), values_, scale_);
  }

  float symmetric_dis(idx_t i, idx_t j) override {
    const auto other = static_cast<std::size_t>(j);
    return -rows_.Dot(
        static_cast<std::size_t>(i), rows_.row(other), rows_.scale(other));
  }

 private:
  const Int8Rows& rows_;
  const std::int8_t* values_ = nullptr;
  float scale_ = 1.0F;
};

/// A lock for every row while the graph grows.
class RowLocks {
 public:
  explicit RowLocks(std::size_t count) : locks_(count) {
    std::ranges::for_each(locks_,
                          [](omp_lock_t& lock) { omp_init_lock(&lock); });
  }

  RowLocks(const RowLocks&) = delete;
  RowLocks& operator=(const RowLocks&) = delete;

  ~RowLocks() {
    std::ranges::for_each(locks_,
                          [](omp_lock_t& lock) { omp_destroy_lock(&lock); });
  }

  std::vector<omp_lock_t>& all() { return locks_; }

 private:
  std::vector<omp_lock_t> locks_;
};

class FaissHnswGraph final : public HnswGraph {
 public:
  FaissHnswGraph(const Int8Rows& rows, int links, int effort)
      : rows_(rows), graph_(links) {
    graph_.efConstruction = effort;
  }

  bool Grow(int num_threads,
            const ParallelLoop& parallel,
            const std::function<void()>& inserted) noexcept override {
    try {
      GrowBy(num_threads, parallel, inserted);
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

  bool Search(const std::int8_t* probe,
              int k,
              int effort,
              std::int64_t* positions) const noexcept override {
    try {
      const auto num_answers = static_cast<std::size_t>(k);
      std::vector<float> distances(num_answers);
      RowDistances distance(rows_);
      distance.SetProbe(probe);
      faiss::VisitedTable visited(static_cast<int>(graph_.levels.size()));
      faiss::SearchParametersHNSW parameters;
      parameters.efSearch = effort;
      // faiss keeps the answers in a heap; empty places get -1.
      faiss::maxheap_heapify(num_answers, distances.data(), positions);
      graph_.search(
          distance, k, positions, distances.data(), visited, &parameters);
      faiss::maxheap_reorder(num_answers, distances.data(), positions);
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

  [[nodiscard]] GraphLinks Links() const noexcept override {
    return {graph_.levels, graph_.neighbors, graph_.entry_point};
  }

  bool Restore(const GraphLinks& links) noexcept override {
    try {
      graph_.reset();
      graph_.levels.assign(links.levels.begin(), links.levels.end());
      graph_.prepare_level_tab(links.levels.size(), /*preset_levels=*/true);
      graph_.neighbors.assign(links.links.begin(), links.links.end());
      graph_.entry_point = links.entry;
      graph_.max_level =
          links.entry < 0
              ? -1
              : links.levels[static_cast<std::size_t>(links.entry)] - 1;
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

 private:
  /// New positions, those on the highest level first: later ones find their
  /// way by them. In random order otherwise, as neighbours come together.
  [[nodiscard]] std::vector<int> InsertionOrder(std::size_t first) const {
    std::vector<int> order(graph_.levels.size() - first);
    std::iota(order.begin(), order.end(), static_cast<int>(first));
    std::ranges::shuffle(order, std::mt19937(static_cast<unsigned>(first) + 1));
    std::ranges::stable_sort(order, std::ranges::greater(), [this](int i) {
      return graph_.levels[static_cast<std::size_t>(i)];
    });
    return order;
  }

  void GrowBy(int num_threads,
              const ParallelLoop& parallel,
              const std::function<void()>& inserted) {
    const std::size_t first = graph_.levels.size();
    graph_.prepare_level_tab(rows_.size() - first);
    const std::vector<int> order = InsertionOrder(first);
    RowLocks locks(rows_.size());
    // Rows on one level at a time, since a higher one becomes the entry.
    for (std::size_t begin = 0; begin < order.size();) {
      const int level = LevelOf(order[begin]);
      std::size_t end = begin;
      while (end < order.size() && LevelOf(order[end]) == level) {
        ++end;
      }
      const auto count = static_cast<int>(end - begin);
      const int num_parts =
          std::clamp(count / kMinRowsPerThread, 1, num_threads);
      parallel(num_parts, [&](int part) {
        const auto at = [&](int p) {
          return begin + static_cast<std::size_t>(count) *
                             static_cast<std::size_t>(p) /
                             static_cast<std::size_t>(num_parts);
        };
        Insert(std::span(order).subspan(at(part), at(part + 1) - at(part)),
               locks,
               inserted);
      });
      begin = end;
    }
  }

  [[nodiscard]] int LevelOf(int position) const {
    return graph_.levels[static_cast<std::size_t>(position)] - 1;
  }

  void Insert(std::span<const int> positions,
              RowLocks& locks,
              const std::function<void()>& inserted) {
    RowDistances distance(rows_);
    faiss::VisitedTable visited(static_cast<int>(rows_.size()));
    for (const int position : positions) {
      distance.SetRow(static_cast<std::size_t>(position));
      graph_.add_with_locks(
          distance, LevelOf(position), position, locks.all(), visited);
      inserted();
    }
  }

  static constexpr int kMinRowsPerThread = 64;

  const Int8Rows& rows_;
  faiss::HNSW graph_;
};

}  // namespace
}  // namespace mien

extern "C" __attribute__((visibility("default"))) mien::HnswGraph*
mien_create_hnsw_graph(const mien::Int8Rows& rows, int links, int effort) {
  try {
    return new mien::FaissHnswGraph(rows, links, effort);
  } catch (const std::exception&) {
    return nullptr;
  }
}
