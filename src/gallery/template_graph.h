// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
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
  /// `rows` has the templates' vectors and must outlive the graph, which is
  /// made on `num_threads` >= 1.
  TemplateGraph(const RowSource& rows, int num_threads)
      : rows_(&rows), num_threads_(num_threads) {}

  /// Notes what was done to the exact index.
  void NoteAdded(std::uint64_t id) { added_.push_back(id); }

  void NoteRemoved(std::uint64_t id);

  /// Takes the graph out of the index file at `path`, for `exact`, unless too
  /// many of its templates have been removed since.
  ///
  /// Errors: those of ReadOwnIndexFile() and HnswIndex::Restore().
  Result<void> Load(const std::filesystem::path& path,
                    const std::string& owner,
                    Gallery& gallery,
                    const ExactIndex& exact);

  /// Takes in what was added to `exact` since; everything at first.
  ///
  /// Errors: those of HnswIndex.
  Result<void> Update(const ExactIndex& exact,
                      const GraphProgress& progress = nullptr);

  /// Compares the graph with `exact`, unless it came with what this said before
  /// and is not new.
  ///
  /// Errors: those of the searches.
  Result<void> Measure(const ExactIndex& exact);

  /// What Measure() found.
  [[nodiscard]] const std::optional<MeasuredApproximation>& measured() const {
    return measured_;
  }

  /// Whether much of the graph is not in the file that it came from.
  [[nodiscard]] bool is_new() const;

  /// Writes the graph, which has been measured, as the index file of `owner`
  /// beside the gallery in the file `beside`; `position` is where the exact
  /// index is.
  ///
  /// Errors: those of PublishIndexFile().
  Result<void> Save(const std::filesystem::path& beside,
                    const std::string& owner,
                    Gallery& gallery,
                    const GalleryPosition& position) const;

  /// As ExactIndex::Search(), for a graph that has been updated.
  [[nodiscard]] Result<std::vector<std::vector<Neighbor>>> Search(
      std::span<const float> probes, int k) const;

 private:
  const RowSource* rows_;
  int num_threads_;
  std::optional<HnswIndex> index_;
  int dimension_ = 0;
  std::vector<std::uint64_t> added_;
  std::size_t num_loaded_ = 0;
  double build_seconds_ = 0.0;
  std::optional<MeasuredApproximation> measured_;
};

}  // namespace mien
