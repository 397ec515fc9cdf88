// SPDX-License-Identifier: Apache-2.0
#include "gallery/gallery_index.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "gallery/fusion.h"
#include "gallery/index_files.h"
#include "gallery/template_fuser.h"
#include "index/dot.h"

namespace mien {
namespace {

/// How many templates are looked at first for each subject that is asked for.
constexpr int kTemplatesPerSubject = 4;

/// And at least, where several templates of one subject are fused.
constexpr int kMinFusedTemplates = 64;

/// Float rows of so many templates are kept in memory: at most 64 MiB for 512
/// values.
constexpr std::size_t kMaxRowsInMemory = 32'768;

/// An index file is written anew when this share of the templates is not in it.
constexpr std::size_t kOutdatedShare = 8;

}  // namespace

/// The float rows of templates, out of the gallery.
class GalleryIndex::Rows : public RowSource {
 public:
  explicit Rows(Gallery& gallery) : gallery_(&gallery) {}

  Result<void> Read(
      std::span<const std::uint64_t> ids,
      const std::function<void(std::uint64_t, std::span<const float>)>& visit)
      const override {
    const std::vector<std::int64_t> template_ids(ids.begin(), ids.end());
    return gallery_->ReadEmbeddings(
        template_ids, [&](std::int64_t id, std::span<const float> row) {
          visit(static_cast<std::uint64_t>(id), row);
        });
  }

 private:
  Gallery* gallery_;
};

GalleryIndex::GalleryIndex(Gallery& gallery,
                           std::string collection,
                           std::string model_id,
                           GalleryIndexOptions options)
    : gallery_(&gallery),
      collection_(std::move(collection)),
      model_id_(std::move(model_id)),
      options_(std::move(options)),
      rows_(std::make_unique<Rows>(gallery)) {
  if (options_.method == SearchMethod::kHnsw) {
    graph_.emplace(*rows_, options_.num_threads);
  }
}

GalleryIndex::~GalleryIndex() = default;

Result<std::unique_ptr<GalleryIndex>> GalleryIndex::Build(
    Gallery& gallery,
    std::string collection,
    std::string model_id,
    GalleryIndexOptions options) {
  std::unique_ptr<GalleryIndex> index(new GalleryIndex(
      gallery, std::move(collection), std::move(model_id), std::move(options)));
  MIEN_RETURN_IF_ERROR(index->Load());
  const std::size_t num_loaded = index->state_.templates.num_templates();
  MIEN_RETURN_IF_ERROR(index->FollowGallery());
  index->Save(num_loaded);
  MIEN_RETURN_IF_ERROR(index->PrepareGraph());
  index->options_.graph_progress = nullptr;
  return index;
}

void GalleryIndex::AddNotice(const std::string& notice) {
  notice_ += (notice_.empty() ? "" : "; ") + notice;
}

Result<void> GalleryIndex::Load() {
  if (options_.beside.empty()) {
    return {};
  }
  const std::string owner = IndexFileOwner(collection_, model_id_);
  auto loaded = LoadGalleryIndex(IndexFilePath(options_.beside, owner),
                                 owner,
                                 *gallery_,
                                 *rows_,
                                 options_.num_threads);
  if (loaded) {
    state_ = *std::move(loaded);
  } else if (loaded.error().code != ErrorCode::kNotFound) {
    AddNotice(loaded.error().message + "; it is not used");
  }
  return {};
}

void GalleryIndex::Save(std::size_t num_loaded) {
  const std::size_t size = state_.templates.num_templates();
  const bool is_outdated =
      size > num_loaded + std::max(options_.min_templates_in_file,
                                   size / kOutdatedShare);
  if (options_.beside.empty() || size < options_.min_templates_in_file ||
      (num_loaded > 0 && !is_outdated)) {
    return;
  }
  const auto saved = SaveGalleryIndex(options_.beside,
                                      IndexFileOwner(collection_, model_id_),
                                      *gallery_,
                                      state_);
  if (!saved) {
    AddNotice("no index file is kept, so every start reads all templates: " +
              saved.error().message);
  }
}

Result<void> GalleryIndex::PrepareGraph() {
  if (!graph_ || !state_.positives) {
    return {};
  }
  const std::string owner =
      IndexFileOwner(collection_, model_id_, SearchMethod::kHnsw);
  if (!options_.beside.empty()) {
    const auto loaded = graph_->Load(IndexFilePath(options_.beside, owner),
                                     owner,
                                     *gallery_,
                                     *state_.positives);
    if (!loaded && loaded.error().code != ErrorCode::kNotFound) {
      AddNotice(loaded.error().message + "; it is not used");
    }
  }
  MIEN_RETURN_IF_ERROR(UpdateGraph());
  MIEN_RETURN_IF_ERROR(graph_->Measure(*state_.positives));
  const bool is_worth_a_file =
      state_.positives->size() >= options_.min_templates_in_file;
  if (options_.beside.empty() || !is_worth_a_file || !graph_->is_new()) {
    return {};
  }
  const auto saved =
      graph_->Save(options_.beside, owner, *gallery_, state_.position);
  if (!saved) {
    AddNotice("the graph is not kept, so every start makes it: " +
              saved.error().message);
  }
  return {};
}

Result<void> GalleryIndex::Refresh() {
  const std::unique_lock lock(mutex_);
  MIEN_RETURN_IF_ERROR(FollowGallery());
  return UpdateGraph();
}

Result<void> GalleryIndex::FollowGallery() {
  // New templates first: a change that happens in between is then seen again,
  // which does no harm, and never missed.
  MIEN_RETURN_IF_ERROR(AddNewTemplates());
  MIEN_ASSIGN_OR_RETURN(const auto changes,
                        gallery_->ChangesSince(state_.position.sequence));
  for (const GalleryChange& change : changes) {
    if (change.kind == GalleryChange::Kind::kRemoved) {
      Remove(change.template_id);
    } else if (change.kind == GalleryChange::Kind::kMoved) {
      Move(change.template_id, change.subject_id);
    }
    state_.position = change.position;
  }
  return {};
}

Result<void> GalleryIndex::UpdateGraph() {
  return graph_ && state_.positives
             ? graph_->Update(*state_.positives, options_.graph_progress)
             : Result<void>();
}

Result<void> GalleryIndex::AddNewTemplates() {
  const bool is_first = state_.position == GalleryPosition{};
  Result<void> added;
  MIEN_ASSIGN_OR_RETURN(
      const GalleryPosition position,
      gallery_->ForEachTemplate({.collection = collection_,
                                 .model_id = model_id_,
                                 .after_template_id = state_.last_template_id},
                                [&](const Template& entry) {
                                  added = AddTemplate(entry);
                                  return added.has_value();
                                }));
  if (is_first) {
    // Nothing older concerns what has been read now.
    state_.position = position;
  }
  return added;
}

Result<void> GalleryIndex::AddTemplate(const Template& entry) {
  const std::vector<float>& vector = entry.embedding.values;
  auto& positives = state_.positives;
  if (!positives) {
    positives.emplace(static_cast<int>(vector.size()));
  }
  if (vector.size() != static_cast<std::size_t>(positives->dimension())) {
    return Error{ErrorCode::kCorruptData,
                 "template " + std::to_string(entry.id) + " has " +
                     std::to_string(vector.size()) + " values; others of " +
                     model_id_ + " have " +
                     std::to_string(positives->dimension())};
  }
  if (entry.polarity == Polarity::kNegative) {
    state_.negatives[entry.id] = {entry.subject_id, vector};
  } else {
    if (positives->size() == kMaxRowsInMemory &&
        !positives->uses_row_source()) {
      positives->UseRowsOf(*rows_);
    }
    MIEN_RETURN_IF_ERROR(
        positives->Add(static_cast<std::uint64_t>(entry.id), vector));
    state_.templates.Add(entry.id, entry.subject_id);
    if (graph_) {
      graph_->NoteAdded(static_cast<std::uint64_t>(entry.id));
    }
  }
  state_.last_template_id = entry.id;
  return {};
}

void GalleryIndex::Remove(std::int64_t template_id) {
  // Not there: of another collection or model, or removed before it was read.
  if (state_.negatives.erase(template_id) == 0 &&
      state_.templates.Remove(template_id)) {
    state_.positives->Remove(static_cast<std::uint64_t>(template_id));
    if (graph_) {
      graph_->NoteRemoved(static_cast<std::uint64_t>(template_id));
    }
  }
}

void GalleryIndex::Move(std::int64_t template_id, std::int64_t subject_id) {
  if (subject_id == 0) {
    return;  // removed since
  }
  const auto negative = state_.negatives.find(template_id);
  if (negative != state_.negatives.end()) {
    negative->second.subject_id = subject_id;
  } else if (state_.templates.Remove(template_id)) {
    state_.templates.Add(template_id, subject_id);
  }
}

std::size_t GalleryIndex::num_subjects() const {
  const std::shared_lock lock(mutex_);
  return state_.templates.num_subjects();
}

std::size_t GalleryIndex::num_templates() const {
  const std::shared_lock lock(mutex_);
  return state_.templates.num_templates() + state_.negatives.size();
}

Result<std::vector<std::vector<SubjectSimilarity>>> GalleryIndex::Search(
    std::span<const float> probes, int k, int num_threads) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::vector<SubjectSimilarity>> answers;
  if (!state_.positives) {
    return answers;
  }
  const int num_neighbors =
      std::max(kTemplatesPerSubject * k,
               options_.fusion == Fusion::kMax ? 0 : kMinFusedTemplates);
  MIEN_ASSIGN_OR_RETURN(auto found,
                        FindNeighbors(probes, num_neighbors, num_threads));
  const auto dimension =
      static_cast<std::size_t>(state_.positives->dimension());
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

Result<std::vector<std::vector<Neighbor>>> GalleryIndex::FindNeighbors(
    std::span<const float> probes, int k, int num_threads) const {
  return graph_ ? graph_->Search(probes, k)
                : state_.positives->Search(
                      probes, {.k = k, .num_threads = num_threads});
}

Result<std::vector<SubjectSimilarity>> GalleryIndex::SubjectsAmong(
    std::span<const float> probe,
    std::vector<Neighbor> neighbors,
    int k,
    int num_threads) const {
  const ExactIndex& positives = *state_.positives;
  const auto wanted = static_cast<std::size_t>(k);
  std::size_t num_searched = neighbors.size();
  while (true) {
    auto subjects = BestOfEachSubject(neighbors);
    MIEN_RETURN_IF_ERROR(FuseTemplates(probe, subjects));
    DropDenied(probe, subjects);
    const bool has_all = num_searched >= positives.size();
    if (has_all || subjects.size() >= wanted) {
      subjects.resize(std::min(subjects.size(), wanted));
      return subjects;
    }
    // The nearest templates belong to fewer subjects than wanted: look further.
    num_searched = std::min(4 * num_searched + 1, positives.size());
    MIEN_ASSIGN_OR_RETURN(auto found,
                          positives.Search(probe,
                                           {.k = static_cast<int>(num_searched),
                                            .num_threads = num_threads}));
    neighbors = std::move(found.front());
  }
}

std::vector<SubjectSimilarity> GalleryIndex::BestOfEachSubject(
    std::span<const Neighbor> neighbors) const {
  std::vector<SubjectSimilarity> subjects;
  std::unordered_set<std::int64_t> seen;
  for (const Neighbor& neighbor : neighbors) {
    const auto subject =
        state_.templates.SubjectOf(static_cast<std::int64_t>(neighbor.id))
            .value();
    if (seen.insert(subject).second) {
      subjects.push_back({subject, neighbor.cosine_similarity});
    }
  }
  return subjects;
}

Result<void> GalleryIndex::FuseTemplates(
    std::span<const float> probe,
    std::vector<SubjectSimilarity>& subjects) const {
  if (options_.fusion == Fusion::kMax) {
    return {};
  }
  TemplateFuser fuser(probe);
  std::vector<std::int64_t> to_read;
  for (const SubjectSimilarity& subject : subjects) {
    const auto templates = state_.templates.TemplatesOf(subject.subject_id);
    if (templates.size() > 1) {  // one is the same by all rules
      to_read.insert(to_read.end(), templates.begin(), templates.end());
    }
  }
  MIEN_RETURN_IF_ERROR(gallery_->ReadEmbeddings(
      to_read, [&](std::int64_t id, std::span<const float> vector) {
        if (vector.size() == probe.size()) {
          fuser.Add(state_.templates.SubjectOf(id).value(), vector);
        }
      }));
  for (SubjectSimilarity& subject : subjects) {
    subject.cosine_similarity =
        fuser.Similarity(subject.subject_id, options_.fusion)
            .value_or(subject.cosine_similarity);
  }
  std::ranges::stable_sort(
      subjects, std::ranges::greater(), &SubjectSimilarity::cosine_similarity);
  return {};
}

void GalleryIndex::DropDenied(std::span<const float> probe,
                              std::vector<SubjectSimilarity>& subjects) const {
  if (state_.negatives.empty()) {
    return;
  }
  const double length = std::sqrt(Dot(probe, probe));
  std::unordered_map<std::int64_t, float> denial;
  for (const auto& [template_id, negative] : state_.negatives) {
    const auto cosine =
        static_cast<float>(Dot(probe, negative.vector) / length);
    const auto [entry, is_new] = denial.emplace(negative.subject_id, cosine);
    entry->second = std::max(entry->second, cosine);
  }
  std::erase_if(subjects, [&](const SubjectSimilarity& subject) {
    const auto found = denial.find(subject.subject_id);
    return found != denial.end() && found->second >= subject.cosine_similarity;
  });
}

}  // namespace mien
