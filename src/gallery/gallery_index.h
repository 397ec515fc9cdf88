// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "gallery/gallery_index_file.h"
#include "gallery/template_graph.h"
#include "index/exact_index.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// A subject and how alike it is to a probe, by the index's Fusion of its
/// templates.
struct SubjectSimilarity {
  std::int64_t subject_id = 0;
  float cosine_similarity = 0.0F;

  friend bool operator==(const SubjectSimilarity&,
                         const SubjectSimilarity&) = default;
};

struct GalleryIndexOptions {
  /// The gallery's file, to keep an index file beside it that makes the next
  /// start quick; empty to keep none. An index file is not encrypted.
  std::filesystem::path beside = {};

  /// Galleries with fewer templates get no index file: reading them takes no
  /// longer.
  std::size_t min_templates_in_file = 20'000;

  Fusion fusion = Fusion::kCentroid;

  SearchMethod method = SearchMethod::kExact;

  /// Threads that check an index file and make a graph, >= 1.
  int num_threads = 1;

  /// Called while Build() makes a graph, if there is one.
  GraphProgress graph_progress = nullptr;
};

/// One collection's templates of one model, ready to be searched. Follows the
/// gallery: what this or another process adds, moves or removes is seen after
/// Refresh().
///
/// Memory per template of dimension d: d + 150 bytes, with a graph d + 200
/// more, and 4 d bytes for up to 32,768 of them; of more the float values are
/// read from the gallery when they are needed.
///
/// Thread safety: all methods may run concurrently.
class GalleryIndex {
 public:
  /// Takes the index file, if there is one that fits, and reads all templates
  /// that are not in it; writes the file anew when that were many. `gallery`
  /// must outlive the index.
  ///
  /// Errors: those of Gallery's methods.
  /// - kCorruptData: templates of one model differ in size.
  /// - kUnsupported: kHnsw, and its module is not there.
  static Result<std::unique_ptr<GalleryIndex>> Build(
      Gallery& gallery,
      std::string collection,
      std::string model_id,
      GalleryIndexOptions options = {});

  ~GalleryIndex();

  /// Takes over what has changed in the gallery.
  ///
  /// Errors: as Build().
  Result<void> Refresh();

  /// Why the index file was of no use or could not be written; empty when
  /// nothing is wrong.
  [[nodiscard]] const std::string& notice() const { return notice_; }

  /// How well the approximate search did when it was made; none where search is
  /// exact, or for an empty gallery.
  [[nodiscard]] const std::optional<MeasuredApproximation>& approximation()
      const {
    static const std::optional<MeasuredApproximation> none;
    return graph_ ? graph_->measured() : none;
  }

  [[nodiscard]] std::size_t num_subjects() const;
  [[nodiscard]] std::size_t num_templates() const;

  /// The `k` subjects most like each of the n probes, [n * dimension], best
  /// first. A subject that a probe is at least as like by a negative template
  /// as by its positive ones is left out.
  ///
  /// Where several templates are fused, those subjects are compared that have
  /// the most similar single templates, four times k and at least 64.
  ///
  /// Errors: those of ExactIndex::Search(); none for an empty gallery, whose
  /// answers are empty.
  [[nodiscard]] Result<std::vector<std::vector<SubjectSimilarity>>> Search(
      std::span<const float> probes, int k, int num_threads = 1) const;

 private:
  class Rows;

  GalleryIndex(Gallery& gallery,
               std::string collection,
               std::string model_id,
               GalleryIndexOptions options);

  Result<void> FollowGallery();
  Result<void> PrepareGraph();
  void AddNotice(const std::string& notice);
  Result<void> UpdateGraph();
  [[nodiscard]] Result<std::vector<std::vector<Neighbor>>> FindNeighbors(
      std::span<const float> probes, int k, int num_threads) const;
  Result<void> Load();
  void Save(std::size_t num_loaded);
  Result<void> AddNewTemplates();
  Result<void> AddTemplate(const Template& entry);
  void Remove(std::int64_t template_id);
  void Move(std::int64_t template_id, std::int64_t subject_id);
  [[nodiscard]] Result<std::vector<SubjectSimilarity>> SubjectsAmong(
      std::span<const float> probe,
      std::vector<Neighbor> neighbors,
      int k,
      int num_threads) const;
  [[nodiscard]] std::vector<SubjectSimilarity> BestOfEachSubject(
      std::span<const Neighbor> neighbors) const;
  Result<void> FuseTemplates(std::span<const float> probe,
                             std::vector<SubjectSimilarity>& subjects) const;
  void DropDenied(std::span<const float> probe,
                  std::vector<SubjectSimilarity>& subjects) const;

  Gallery* gallery_;
  std::string collection_;
  std::string model_id_;
  GalleryIndexOptions options_;
  std::unique_ptr<Rows> rows_;
  std::string notice_;

  mutable std::shared_mutex mutex_;
  GalleryIndexState state_;
  std::optional<TemplateGraph> graph_;  ///< with kHnsw
};

}  // namespace mien
