// SPDX-License-Identifier: Apache-2.0
#include "eval/face_method.h"

#include <utility>

#include "image/rotate.h"
#include "mien/embedding.h"

namespace mien {

Result<std::optional<LinearProjection>> FaceMethod::Learn(
    std::span<const Descriptor* const> training) const {
  static_cast<void>(training);
  return std::optional<LinearProjection>();
}

std::string NetworkMethod::name() const {
  return name_.empty() ? embedder_.contract().name : name_;
}

std::string NetworkMethod::id() const { return embedder_.contract().id; }

const ModelContract& NetworkMethod::contract() const {
  return embedder_.contract();
}

Result<std::vector<Descriptor>> NetworkMethod::Describe(
    std::span<const Image> chips) const {
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        embedder_.Embed(chips));
  std::vector<Descriptor> descriptors;
  for (Embedding& embedding : embeddings) {
    descriptors.push_back(std::move(embedding.values));
  }
  if (mirrored_ == MirrorAppending::kNo) {
    return descriptors;
  }
  std::vector<Image> mirrored;
  for (const Image& chip : chips) {
    mirrored.push_back(FlipHorizontal(chip));
  }
  MIEN_ASSIGN_OR_RETURN(embeddings, embedder_.Embed(mirrored));
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    const std::vector<float>& values = embeddings[i].values;
    descriptors[i].insert(descriptors[i].end(), values.begin(), values.end());
  }
  return descriptors;
}

float NetworkMethod::Similarity(std::span<const float> a,
                                std::span<const float> b) const {
  return CosineSimilarity(a, b);
}

}  // namespace mien
