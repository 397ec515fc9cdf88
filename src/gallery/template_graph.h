// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/exact_index.h"
#include "index/hnsw_index.h"
#include "index/row_source.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// The graph that belongs to an exact index of templates and follows it.
///
/// Thread safety: const methods may run concurrently; the others must run
/// alone.
class TemplateGraph {
 public:
  /// `rows` has the templates' vectors and must outlive the graph.
  explicit TemplateGraph(const RowSource& rows) : rows_(&rows) {}

  /// Notes what was done to the exact index.
  void NoteAdded(std::uint64_t id) { added_.push_back(id); }

  void NoteRemoved(std::uint64_t id);

  /// Takes in what was added to `exact` since; everything at first.
  ///
  /// Errors: those of HnswIndex.
  Result<void> Update(const ExactIndex& exact);

  /// As ExactIndex::Search(), for a graph that has been updated.
  [[nodiscard]] Result<std::vector<std::vector<Neighbor>>> Search(
      std::span<const float> probes, int k) const;

  /// Searches in both with noisy copies (cosine similarity about 0.6, as of two
  /// pictures of one person) of some templates.
  ///
  /// Errors: those of the searches.
  [[nodiscard]] Result<MeasuredApproximation> Measure(
      const ExactIndex& exact) const;

 private:
  const RowSource* rows_;
  std::optional<HnswIndex> index_;
  int dimension_ = 0;
  std::vector<std::uint64_t> added_;
  double build_seconds_ = 0.0;
};

}  // namespace mien
