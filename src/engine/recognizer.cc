// SPDX-License-Identifier: Apache-2.0
#include "mien/recognizer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/model_lookup.h"
#include "mien/aligner.h"

namespace mien {

struct Recognizer::State {
  std::filesystem::path detector_path;
  std::filesystem::path embedder_path;
  std::unique_ptr<Detector> detector;
  std::unique_ptr<Embedder> embedder;
};

namespace {

Result<FoundEmbedder> ChooseEmbedder(const RecognizerOptions& options) {
  if (!options.embedder.empty()) {
    return FoundEmbedder{options.embedder, ""};
  }
  return FindEmbedder(options.models);
}

/// The chips of `faces`, in their order.
Result<std::vector<Image>> CutChips(const Image& image,
                                    std::span<const Detection> faces,
                                    const ModelContract& contract) {
  std::vector<Image> chips;
  for (const Detection& face : faces) {
    MIEN_ASSIGN_OR_RETURN(Image chip, CutChip(image, face, contract));
    chips.push_back(std::move(chip));
  }
  return chips;
}

}  // namespace

std::optional<std::size_t> LargestFace(std::span<const Detection> faces) {
  const auto largest = std::ranges::max_element(
      faces, {}, [](const Detection& face) { return face.box.area(); });
  if (largest == faces.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(largest - faces.begin());
}

Recognizer::Recognizer(std::unique_ptr<const State> state)
    : state_(std::move(state)) {}

Recognizer::~Recognizer() = default;

Result<std::unique_ptr<Recognizer>> Recognizer::Load(
    const RecognizerOptions& options) {
  auto state = std::make_unique<State>();
  MIEN_ASSIGN_OR_RETURN(
      state->detector_path,
      FindDetector(options.models, options.detector.string()));
  MIEN_ASSIGN_OR_RETURN(const FoundEmbedder found, ChooseEmbedder(options));
  state->embedder_path = found.file;
  EmbedderOptions embedding = options.embedding;
  if (embedding.profile.empty()) {
    embedding.profile = found.profile;
  }
  MIEN_ASSIGN_OR_RETURN(
      state->detector, Detector::Load(state->detector_path, options.detection));
  MIEN_ASSIGN_OR_RETURN(state->embedder,
                        Embedder::Load(state->embedder_path, embedding));
  return std::unique_ptr<Recognizer>(new Recognizer(std::move(state)));
}

Result<std::vector<Detection>> Recognizer::Detect(const Image& image) const {
  return state_->detector->Detect(image);
}

Result<Image> Recognizer::Align(const Image& image,
                                const Detection& face) const {
  return CutChip(image, face, state_->embedder->contract());
}

Result<std::vector<Embedding>> Recognizer::Embed(
    std::span<const Image> chips) const {
  return state_->embedder->Embed(chips);
}

Result<std::vector<Face>> Recognizer::FindFaces(const Image& image) const {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> detections, Detect(image));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Image> chips,
      CutChips(image, detections, state_->embedder->contract()));
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings, Embed(chips));
  std::vector<Face> faces;
  for (std::size_t i = 0; i < detections.size(); ++i) {
    faces.push_back({detections[i], std::move(embeddings[i])});
  }
  return faces;
}

Result<Verification> Recognizer::Verify(const Image& a,
                                        const Image& b,
                                        const VerifyOptions& options) const {
  const std::array<const Image*, 2> images = {&a, &b};
  std::array<Detection, 2> faces;
  std::vector<Image> chips;
  for (std::size_t i = 0; i < images.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> found,
                          Detect(*images[i]));
    const std::optional<std::size_t> largest = LargestFace(found);
    if (!largest) {
      return Error{ErrorCode::kInvalidImage,
                   i == 0 ? "no face found in the first picture"
                          : "no face found in the second picture"};
    }
    faces[i] = found[*largest];
    MIEN_ASSIGN_OR_RETURN(Image chip, Align(*images[i], faces[i]));
    chips.push_back(std::move(chip));
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings, Embed(chips));
  return Compare({faces[0], std::move(embeddings[0])},
                 {faces[1], std::move(embeddings[1])},
                 options);
}

Result<Verification> Recognizer::Compare(Face a,
                                         Face b,
                                         const VerifyOptions& options) const {
  Verification answer;
  MIEN_ASSIGN_OR_RETURN(
      answer.thresholds,
      ChooseThresholds(state_->embedder->contract(), options));
  MIEN_ASSIGN_OR_RETURN(answer.cosine_similarity,
                        CosineSimilarity(a.embedding, b.embedding));
  answer.decision = Decide(answer.cosine_similarity, answer.thresholds);
  answer.a = std::move(a);
  answer.b = std::move(b);
  return answer;
}

const Detector& Recognizer::detector() const { return *state_->detector; }

const Embedder& Recognizer::embedder() const { return *state_->embedder; }

const std::filesystem::path& Recognizer::detector_path() const {
  return state_->detector_path;
}

const std::filesystem::path& Recognizer::embedder_path() const {
  return state_->embedder_path;
}

}  // namespace mien
