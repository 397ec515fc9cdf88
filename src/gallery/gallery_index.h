// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/exact_index.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// A subject and how alike it is to a probe: the largest similarity of any of
/// its templates.
struct SubjectSimilarity {
  std::int64_t subject_id = 0;
  float cosine_similarity = 0.0F;

  friend bool operator==(const SubjectSimilarity&,
                         const SubjectSimilarity&) = default;
};

/// One collection's templates of one model, ready to be searched. Follows the
/// gallery: what this or another process adds, moves or removes is seen after
/// Refresh().
///
/// Thread safety: all methods may run concurrently.
class GalleryIndex {
 public:
  /// Reads all templates; `gallery` must outlive the index.
  ///
  /// Errors: those of Gallery's methods.
  /// - kCorruptData: templates of one model differ in size.
  static Result<std::unique_ptr<GalleryIndex>> Build(
      Gallery& gallery,
      std::string collection,
      std::string model_id,
      RowStorage storage = RowStorage::kMemory);

  /// Takes over what has changed in the gallery.
  ///
  /// Errors: as Build().
  Result<void> Refresh();

  [[nodiscard]] std::size_t num_subjects() const;
  [[nodiscard]] std::size_t num_templates() const;

  /// The `k` subjects most like each of the n probes, [n * dimension], best
  /// first. A subject that a probe is at least as like by a negative template
  /// as by its positive ones is left out.
  ///
  /// Errors: those of ExactIndex::Search(); none for an empty gallery, whose
  /// answers are empty.
  [[nodiscard]] Result<std::vector<std::vector<SubjectSimilarity>>> Search(
      std::span<const float> probes, int k, int num_threads = 1) const;

 private:
  GalleryIndex(Gallery& gallery,
               std::string collection,
               std::string model_id,
               RowStorage storage)
      : gallery_(&gallery),
        collection_(std::move(collection)),
        model_id_(std::move(model_id)),
        storage_(storage) {}

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
  void DropDenied(std::span<const float> probe,
                  std::vector<SubjectSimilarity>& subjects) const;

  Gallery* gallery_;
  std::string collection_;
  std::string model_id_;
  RowStorage storage_;

  mutable std::shared_mutex mutex_;
  std::optional<ExactIndex> positives_;
  std::unordered_map<std::int64_t, std::int64_t> subject_of_template_;
  std::unordered_map<std::int64_t, int> num_positives_of_subject_;

  /// By template; few, so they are compared one by one.
  std::map<std::int64_t, std::vector<float>> negatives_;

  std::int64_t last_template_id_ = 0;

  /// Changes up to here have been taken over.
  GalleryPosition position_;
};

}  // namespace mien
