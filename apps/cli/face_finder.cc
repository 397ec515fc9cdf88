// SPDX-License-Identifier: Apache-2.0
#include "face_finder.h"

#include <utility>

#include "mien/image.h"

namespace mien::cli {
namespace {

/// The faces of one picture without embeddings yet; their chips are added to
/// `chips`, all or none.
Result<EmbeddedPicture> CutPicture(const Recognizer& recognizer,
                                   const Image& image,
                                   std::vector<Image>& chips) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> detections,
                        recognizer.Detect(image));
  EmbeddedPicture found;
  std::vector<Image> own_chips;
  for (const Detection& detection : detections) {
    MIEN_ASSIGN_OR_RETURN(Image chip, recognizer.Align(image, detection));
    own_chips.push_back(std::move(chip));
    found.faces.push_back({detection, {}});
  }
  for (Image& chip : own_chips) {
    chips.push_back(std::move(chip));
  }
  return found;
}

Result<EmbeddedPicture> LoadAndCut(const Recognizer& recognizer,
                                   const std::filesystem::path& path,
                                   std::vector<Image>& chips) {
  MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(path));
  Result<EmbeddedPicture> found = CutPicture(recognizer, decoded.image, chips);
  if (!found) {
    return found.error().WithContext(path.string());
  }
  found->width = decoded.width;
  found->height = decoded.height;
  return found;
}

}  // namespace

std::vector<Result<EmbeddedPicture>> EmbedPictures(
    const Recognizer& recognizer,
    std::span<const std::filesystem::path> pictures) {
  std::vector<Result<EmbeddedPicture>> results;
  std::vector<Image> chips;
  for (const std::filesystem::path& picture : pictures) {
    results.push_back(LoadAndCut(recognizer, picture, chips));
  }
  Result<std::vector<Embedding>> embeddings = recognizer.Embed(chips);
  std::size_t next = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i] || results[i]->faces.empty()) {
      continue;
    }
    if (!embeddings) {
      results[i] = embeddings.error().WithContext(pictures[i].string());
      continue;
    }
    for (Face& face : results[i]->faces) {
      face.embedding = std::move((*embeddings)[next++]);
    }
  }
  return results;
}

}  // namespace mien::cli
