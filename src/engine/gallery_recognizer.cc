// SPDX-License-Identifier: Apache-2.0
#include "mien/gallery_recognizer.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/hash.h"
#include "gallery/gallery_index.h"

namespace mien {
namespace {

float Area(const Face& face) { return face.detection.box.area(); }

/// The face that a picture is of.
///
/// Errors:
/// - kInvalidImage: none, or not clear which.
Result<const Face*> DominantFace(std::span<const Face> faces,
                                 float min_dominance) {
  const Face* largest = nullptr;
  const Face* second = nullptr;
  for (const Face& face : faces) {
    if (largest == nullptr || Area(face) > Area(*largest)) {
      second = std::exchange(largest, &face);
    } else if (second == nullptr || Area(face) > Area(*second)) {
      second = &face;
    }
  }
  if (largest == nullptr) {
    return Error{ErrorCode::kInvalidImage, "no face found"};
  }
  if (second != nullptr && Area(*largest) < min_dominance * Area(*second)) {
    return Error{ErrorCode::kInvalidImage,
                 std::to_string(faces.size()) +
                     " faces, and none clearly the largest; crop the picture "
                     "to one"};
  }
  return largest;
}

Result<void> CheckQuality(const FaceQuality& quality, float min_quality) {
  if (quality.score() >= min_quality) {
    return {};
  }
  char score[48];
  std::snprintf(score,
                sizeof(score),
                " (quality %.2f, at least %.2f needed)",
                static_cast<double>(quality.score()),
                static_cast<double>(min_quality));
  return Error{ErrorCode::kInvalidImage, quality.advice + score};
}

Result<void> CheckOptions(const EnrollOptions& options) {
  if (!(options.min_quality >= 0.0F && options.min_quality <= 1.0F)) {
    return Error{ErrorCode::kInvalidArgument,
                 "min_quality is " + std::to_string(options.min_quality) +
                     "; must be in [0, 1]"};
  }
  if (!(options.min_dominance >= 1.0F)) {
    return Error{ErrorCode::kInvalidArgument,
                 "min_dominance is " + std::to_string(options.min_dominance) +
                     "; must be >= 1"};
  }
  return {};
}

std::string DigestOfPixels(const Image& image) {
  return Sha256Hex(std::as_bytes(image.pixels()));
}

std::vector<float> Concatenate(std::span<const Face> faces) {
  std::vector<float> probes;
  for (const Face& face : faces) {
    probes.insert(probes.end(),
                  face.embedding.values.begin(),
                  face.embedding.values.end());
  }
  return probes;
}

}  // namespace

struct GalleryRecognizer::State {
  const Recognizer* recognizer;
  Gallery* gallery;
  std::string collection;
  int num_threads = 1;
  std::unique_ptr<GalleryIndex> index;

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
  MIEN_ASSIGN_OR_RETURN(
      state->index,
      GalleryIndex::Build(gallery,
                          state->collection,
                          recognizer.embedder().contract().id,
                          {.beside = options.index_beside,
                           .fusion = options.fusion,
                           .method = options.method,
                           .num_threads = options.num_threads}));
  return std::unique_ptr<GalleryRecognizer>(
      new GalleryRecognizer(std::move(state)));
}

Result<AddedTemplate> GalleryRecognizer::Enroll(std::string_view subject,
                                                const Image& image,
                                                std::string_view source,
                                                std::string_view digest,
                                                const EnrollOptions& options) {
  MIEN_RETURN_IF_ERROR(CheckOptions(options));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        state_->recognizer->FindFaces(image));
  return Enroll(subject, image, faces, source, digest, options);
}

Result<AddedTemplate> GalleryRecognizer::Enroll(std::string_view subject,
                                                const Image& image,
                                                std::span<const Face> faces,
                                                std::string_view source,
                                                std::string_view digest,
                                                const EnrollOptions& options) {
  MIEN_RETURN_IF_ERROR(CheckOptions(options));
  MIEN_ASSIGN_OR_RETURN(const Face* face,
                        DominantFace(faces, options.min_dominance));
  MIEN_ASSIGN_OR_RETURN(const Image chip,
                        state_->recognizer->Align(image, face->detection));
  MIEN_ASSIGN_OR_RETURN(const FaceQuality quality,
                        RateFace(face->detection, chip));
  MIEN_RETURN_IF_ERROR(CheckQuality(quality, options.min_quality));

  Template entry;
  entry.embedding = face->embedding;
  entry.polarity = options.polarity;
  entry.quality = quality.score();
  entry.source = source;
  entry.digest = digest.empty() ? DigestOfPixels(image) : std::string(digest);
  if (options.keep_thumbnail) {
    MIEN_ASSIGN_OR_RETURN(entry.thumbnail, EncodeJpeg(chip, 85));
  }
  return state_->gallery->AddTemplate(state_->collection, subject, entry);
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
                       state_->index->num_templates()));
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
