// SPDX-License-Identifier: Apache-2.0
#include "eval/central_faces.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/parallel.h"
#include "mien/aligner.h"
#include "mien/image.h"

namespace mien {
namespace {

/// Pictures that go through the network together.
constexpr std::size_t kPicturesPerStep = 8;

/// The chip of the central face, or none.
std::optional<Image> CentralChip(const std::filesystem::path& path,
                                 const Detector& detector,
                                 const ModelContract& contract) {
  const Result<DecodedImage> decoded = LoadImage(path);
  if (!decoded) {
    return std::nullopt;
  }
  const Image& image = decoded->image;
  const Result<std::vector<Detection>> faces = detector.Detect(image);
  if (!faces) {
    return std::nullopt;
  }
  const auto central = CentralFace(*faces, image.width(), image.height());
  if (!central) {
    return std::nullopt;
  }
  Result<Image> chip = CutChip(image, (*faces)[*central], contract);
  return chip ? std::optional(std::move(chip).value()) : std::nullopt;
}

/// Embeds some pictures; answer i belongs to picture i.
Result<void> EmbedStep(std::span<const std::filesystem::path> pictures,
                       const Detector& detector,
                       const Embedder& embedder,
                       std::span<std::optional<Embedding>> answers) {
  std::vector<Image> chips;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    std::optional<Image> chip =
        CentralChip(pictures[i], detector, embedder.contract());
    if (chip) {
      chips.push_back(std::move(*chip));
      owners.push_back(i);
    }
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        embedder.Embed(chips));
  for (std::size_t i = 0; i < owners.size(); ++i) {
    answers[owners[i]] = std::move(embeddings[i]);
  }
  return {};
}

}  // namespace

std::optional<std::size_t> CentralFace(std::span<const Detection> faces,
                                       int width,
                                       int height) {
  const auto merit = [&](const Detection& face) {
    const float dx =
        (face.box.x0 + face.box.x1 - static_cast<float>(width)) / 2;
    const float dy =
        (face.box.y0 + face.box.y1 - static_cast<float>(height)) / 2;
    return face.box.area() - 2 * (dx * dx + dy * dy);
  };
  const auto best = std::ranges::max_element(faces, {}, merit);
  if (best == faces.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(best - faces.begin());
}

Result<std::vector<std::optional<Embedding>>> EmbedCentralFaces(
    std::span<const std::filesystem::path> pictures,
    const Detector& detector,
    const Embedder& embedder,
    int num_threads,
    const std::function<void(int done, int total)>& progress) {
  std::vector<std::optional<Embedding>> embeddings(pictures.size());
  const std::size_t num_steps =
      (pictures.size() + kPicturesPerStep - 1) / kPicturesPerStep;
  std::mutex mutex;
  int done = 0;
  Result<void> outcome;
  ParallelFor(static_cast<int>(num_steps), num_threads, [&](int step) {
    const auto first = static_cast<std::size_t>(step) * kPicturesPerStep;
    const std::size_t count =
        std::min(kPicturesPerStep, pictures.size() - first);
    const Result<void> embedded =
        EmbedStep(pictures.subspan(first, count),
                  detector,
                  embedder,
                  std::span(embeddings).subspan(first, count));
    const std::lock_guard lock(mutex);
    if (!embedded) {
      outcome = embedded;
    }
    done += static_cast<int>(count);
    if (progress) {
      progress(done, static_cast<int>(pictures.size()));
    }
  });
  MIEN_RETURN_IF_ERROR(outcome);
  return embeddings;
}

}  // namespace mien
