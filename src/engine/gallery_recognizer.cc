// SPDX-License-Identifier: Apache-2.0
#include "mien/gallery_recognizer.h"

#include <algorithm>
#include <utility>

#include "gallery/fusion.h"
#include "gallery/gallery_index.h"

namespace mien {
namespace {

std::vector<float> Concatenate(std::span<const Face> faces) {
  std::vector<float> probes;
  for (const Face& face : faces) {
    probes.insert(probes.end(),
                  face.embedding.values.begin(),
                  face.embedding.values.end());
  }
  return probes;
}

/// The model of some template in `collection`, empty where there is none.
Result<std::string> AnyModelId(Gallery& gallery, std::string_view collection) {
  std::string model_id;
  const auto visited = gallery.ForEachTemplate(
      {.collection = collection}, [&](const Template& entry) {
        model_id = entry.embedding.model_id;
        return false;
      });
  if (!visited) {
    return visited.error();
  }
  return model_id;
}

std::string NoticeOfOtherModel(const std::string& collection,
                               const std::string& other_model_id,
                               const ModelContract& model) {
  return "collection " + collection + " holds templates of the model " +
         other_model_id + " and none of " + model.name + ", " + model.id +
         ", so nobody in it is found; use the embedder that made them, or "
         "enroll the pictures again";
}

}  // namespace

struct GalleryRecognizer::State {
  const Recognizer* recognizer;
  Gallery* gallery;
  std::string collection;
  int num_threads = 1;
  Fusion fusion = Fusion::kCentroid;
  std::unique_ptr<GalleryIndex> index;
  std::string model_notice;

  Result<std::vector<Candidate>> Named(
      std::span<const SubjectSimilarity> subjects) const;
};

Result<std::vector<Candidate>> GalleryRecognizer::State::Named(
    std::span<const SubjectSimilarity> subjects) const {
  std::vector<Candidate> candidates;
  for (const SubjectSimilarity& subject : subjects) {
    const Result<Subject> known = gallery->FindSubject(subject.subject_id);
    if (known) {
      candidates.push_back(
          {subject.subject_id, known->name, subject.cosine_similarity});
    } else if (known.error().code != ErrorCode::kNotFound) {
      return known.error();
    }  // else it has been deleted since the search
  }
  return candidates;
}

GalleryRecognizer::GalleryRecognizer(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

GalleryRecognizer::~GalleryRecognizer() = default;

Result<std::unique_ptr<GalleryRecognizer>> GalleryRecognizer::Open(
    const Recognizer& recognizer,
    Gallery& gallery,
    std::string collection,
    const GallerySearchOptions& options) {
  if (options.num_threads < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "num_threads is " + std::to_string(options.num_threads) +
                     "; must be >= 1"};
  }
  auto state = std::make_unique<State>();
  state->recognizer = &recognizer;
  state->gallery = &gallery;
  state->collection = std::move(collection);
  state->num_threads = options.num_threads;
  state->fusion = options.fusion;
  MIEN_ASSIGN_OR_RETURN(
      state->index,
      GalleryIndex::Build(gallery,
                          state->collection,
                          recognizer.embedder().contract().id,
                          {.beside = options.index_beside,
                           .fusion = options.fusion,
                           .method = options.method,
                           .num_threads = options.num_threads,
                           .graph_progress = options.graph_progress}));
  if (state->index->num_templates() == 0) {
    MIEN_ASSIGN_OR_RETURN(const std::string other,
                          AnyModelId(gallery, state->collection));
    if (!other.empty()) {
      state->model_notice = NoticeOfOtherModel(
          state->collection, other, recognizer.embedder().contract());
    }
  }
  return std::unique_ptr<GalleryRecognizer>(
      new GalleryRecognizer(std::move(state)));
}

Result<IdentifiedFaces> GalleryRecognizer::Identify(
    const Image& image, const IdentifyOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        state_->recognizer->FindFaces(image));
  return Identify(faces, options);
}

Result<IdentifiedFaces> GalleryRecognizer::Identify(
    std::span<const Face> faces, const IdentifyOptions& options) {
  MIEN_RETURN_IF_ERROR(state_->index->Refresh());
  IdentifiedFaces answer;
  MIEN_ASSIGN_OR_RETURN(
      answer.thresholds,
      ChooseThresholds(state_->recognizer->embedder().contract(),
                       options,
                       NumComparisons(state_->fusion,
                                      state_->index->num_subjects(),
                                      state_->index->num_templates())));
  // One more candidate for each other face, which may take one away.
  const int num_candidates =
      options.max_candidates + static_cast<int>(faces.size()) - 1;
  std::vector<std::vector<Candidate>> candidates(faces.size());
  if (!faces.empty()) {
    MIEN_ASSIGN_OR_RETURN(
        const auto found,
        state_->index->Search(
            Concatenate(faces), num_candidates, state_->num_threads));
    for (std::size_t i = 0; i < found.size(); ++i) {
      MIEN_ASSIGN_OR_RETURN(candidates[i], state_->Named(found[i]));
    }
  }
  std::vector<Identification> identifications =
      DecideIdentities(candidates, answer.thresholds);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    auto& named = identifications[i].candidates;
    named.resize(std::min(named.size(),
                          static_cast<std::size_t>(options.max_candidates)));
    answer.faces.push_back({faces[i], std::move(identifications[i])});
  }
  return answer;
}

const std::string& GalleryRecognizer::model_notice() const {
  return state_->model_notice;
}

const std::string& GalleryRecognizer::index_notice() const {
  return state_->index->notice();
}

const std::optional<MeasuredApproximation>& GalleryRecognizer::approximation()
    const {
  return state_->index->approximation();
}

std::size_t GalleryRecognizer::num_subjects() const {
  return state_->index->num_subjects();
}

std::size_t GalleryRecognizer::num_templates() const {
  return state_->index->num_templates();
}

}  // namespace mien
