// SPDX-License-Identifier: Apache-2.0
#include "gallery/gallery_index.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <string>
#include <unordered_set>
#include <utility>

namespace mien {
namespace {

/// How many templates are looked at first for each subject that is asked for.
constexpr int kTemplatesPerSubject = 4;

}  // namespace

Result<std::unique_ptr<GalleryIndex>> GalleryIndex::Build(
    Gallery& gallery,
    std::string collection,
    std::string model_id,
    RowStorage storage) {
  std::unique_ptr<GalleryIndex> index(new GalleryIndex(
      gallery, std::move(collection), std::move(model_id), storage));
  MIEN_RETURN_IF_ERROR(index->Refresh());
  return index;
}

Result<void> GalleryIndex::Refresh() {
  const std::unique_lock lock(mutex_);
  // New templates first: a change that happens in between is then seen again,
  // which does no harm, and never missed.
  MIEN_RETURN_IF_ERROR(AddNewTemplates());
  MIEN_ASSIGN_OR_RETURN(const auto changes,
                        gallery_->ChangesSince(position_.sequence));
  for (const GalleryChange& change : changes) {
    if (change.kind == GalleryChange::Kind::kRemoved) {
      Remove(change.template_id);
    } else if (change.kind == GalleryChange::Kind::kMoved) {
      Move(change.template_id, change.subject_id);
    }
    position_ = change.position;
  }
  return {};
}

Result<void> GalleryIndex::AddNewTemplates() {
  const bool is_first = position_ == GalleryPosition{};
  Result<void> added;
  MIEN_ASSIGN_OR_RETURN(const GalleryPosition position,
                        gallery_->ForEachTemplate(collection_,
                                                  model_id_,
                                                  last_template_id_,
                                                  [&](const Template& entry) {
                                                    added = AddTemplate(entry);
                                                    return added.has_value();
                                                  }));
  if (is_first) {
    position_ = position;  // nothing older concerns what has been read now
  }
  return added;
}

Result<void> GalleryIndex::AddTemplate(const Template& entry) {
  const std::vector<float>& vector = entry.embedding.values;
  if (!positives_) {
    positives_.emplace(static_cast<int>(vector.size()), storage_);
  }
  if (vector.size() != static_cast<std::size_t>(positives_->dimension())) {
    return Error{ErrorCode::kCorruptData,
                 "template " + std::to_string(entry.id) + " has " +
                     std::to_string(vector.size()) + " values; others of " +
                     model_id_ + " have " +
                     std::to_string(positives_->dimension())};
  }
  if (entry.polarity == Polarity::kNegative) {
    negatives_[entry.id] = vector;
  } else {
    MIEN_RETURN_IF_ERROR(
        positives_->Add(static_cast<std::uint64_t>(entry.id), vector));
    ++num_positives_of_subject_[entry.subject_id];
  }
  subject_of_template_[entry.id] = entry.subject_id;
  last_template_id_ = entry.id;
  return {};
}

void GalleryIndex::Remove(std::int64_t template_id) {
  const auto found = subject_of_template_.find(template_id);
  if (found == subject_of_template_.end()) {
    return;  // of another collection or model, or removed before it was read
  }
  if (negatives_.erase(template_id) == 0) {
    positives_->Remove(static_cast<std::uint64_t>(template_id));
    const auto subject = num_positives_of_subject_.find(found->second);
    if (--subject->second == 0) {
      num_positives_of_subject_.erase(subject);
    }
  }
  subject_of_template_.erase(found);
}

void GalleryIndex::Move(std::int64_t template_id, std::int64_t subject_id) {
  const auto found = subject_of_template_.find(template_id);
  if (found == subject_of_template_.end() || subject_id == 0) {
    return;
  }
  if (!negatives_.contains(template_id)) {
    const auto old_subject = num_positives_of_subject_.find(found->second);
    if (--old_subject->second == 0) {
      num_positives_of_subject_.erase(old_subject);
    }
    ++num_positives_of_subject_[subject_id];
  }
  found->second = subject_id;
}

std::size_t GalleryIndex::num_subjects() const {
  const std::shared_lock lock(mutex_);
  return num_positives_of_subject_.size();
}

std::size_t GalleryIndex::num_templates() const {
  const std::shared_lock lock(mutex_);
  return subject_of_template_.size();
}

Result<std::vector<std::vector<SubjectSimilarity>>> GalleryIndex::Search(
    std::span<const float> probes, int k, int num_threads) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::vector<SubjectSimilarity>> answers;
  if (!positives_) {
    return answers;
  }
  MIEN_ASSIGN_OR_RETURN(
      auto found,
      positives_->Search(
          probes, {.k = kTemplatesPerSubject * k, .num_threads = num_threads}));
  const auto dimension = static_cast<std::size_t>(positives_->dimension());
  for (std::size_t p = 0; p < found.size(); ++p) {
    MIEN_ASSIGN_OR_RETURN(
        auto subjects,
        SubjectsAmong(probes.subspan(p * dimension, dimension),
                      std::move(found[p]),
                      k,
                      num_threads));
    answers.push_back(std::move(subjects));
  }
  return answers;
}

Result<std::vector<SubjectSimilarity>> GalleryIndex::SubjectsAmong(
    std::span<const float> probe,
    std::vector<Neighbor> neighbors,
    int k,
    int num_threads) const {
  const auto wanted = static_cast<std::size_t>(k);
  while (true) {
    auto subjects = BestOfEachSubject(neighbors);
    DropDenied(probe, subjects);
    const bool has_all = neighbors.size() == positives_->size();
    if (has_all || subjects.size() >= wanted) {
      subjects.resize(std::min(subjects.size(), wanted));
      return subjects;
    }
    // The nearest templates belong to fewer subjects than wanted: look further.
    const std::size_t more = std::min(4 * neighbors.size(), positives_->size());
    MIEN_ASSIGN_OR_RETURN(
        auto found,
        positives_->Search(
            probe, {.k = static_cast<int>(more), .num_threads = num_threads}));
    neighbors = std::move(found.front());
  }
}

std::vector<SubjectSimilarity> GalleryIndex::BestOfEachSubject(
    std::span<const Neighbor> neighbors) const {
  std::vector<SubjectSimilarity> subjects;
  std::unordered_set<std::int64_t> seen;
  for (const Neighbor& neighbor : neighbors) {
    const auto subject =
        subject_of_template_.at(static_cast<std::int64_t>(neighbor.id));
    if (seen.insert(subject).second) {
      subjects.push_back({subject, neighbor.cosine_similarity});
    }
  }
  return subjects;
}

void GalleryIndex::DropDenied(std::span<const float> probe,
                              std::vector<SubjectSimilarity>& subjects) const {
  if (negatives_.empty()) {
    return;
  }
  const float length = std::sqrt(
      std::inner_product(probe.begin(), probe.end(), probe.begin(), 0.0F));
  std::unordered_map<std::int64_t, float> denial;
  for (const auto& [template_id, vector] : negatives_) {
    const float cosine =
        std::inner_product(probe.begin(), probe.end(), vector.begin(), 0.0F) /
        length;
    const auto subject = subject_of_template_.at(template_id);
    const auto [entry, is_new] = denial.emplace(subject, cosine);
    entry->second = std::max(entry->second, cosine);
  }
  std::erase_if(subjects, [&](const SubjectSimilarity& subject) {
    const auto found = denial.find(subject.subject_id);
    return found != denial.end() && found->second >= subject.cosine_similarity;
  });
}

}  // namespace mien
