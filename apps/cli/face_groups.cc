// SPDX-License-Identifier: Apache-2.0
#include "face_groups.h"

#include <algorithm>
#include <cmath>

#include "image/resize.h"
#include "mien/embedding.h"

namespace mien::cli {
namespace {

/// Side of a thumbnail's square to the longer side of the box.
constexpr float kThumbnailMargin = 1.4F;

std::vector<float> CentreOf(const FaceGroup& group) {
  std::vector<float> centre = group.front().face->embedding;
  for (std::size_t i = 1; i < group.size(); ++i) {
    for (std::size_t k = 0; k < centre.size(); ++k) {
      centre[k] += group[i].face->embedding[k];
    }
  }
  return centre;
}

void SortByTypicality(FaceGroup& group) {
  const std::vector<float> centre = CentreOf(group);
  for (GroupedFace& member : group) {
    member.similarity = CosineSimilarity(member.face->embedding, centre);
  }
  std::ranges::stable_sort(group, [](const auto& a, const auto& b) {
    return a.similarity > b.similarity;
  });
}

}  // namespace

Result<std::vector<FaceGroup>> GroupFaces(std::span<const UnnamedFace> faces,
                                          const ClusterOptions& options) {
  std::vector<float> embeddings;
  std::vector<int> pictures;
  for (const UnnamedFace& face : faces) {
    embeddings.insert(
        embeddings.end(), face.embedding.begin(), face.embedding.end());
    pictures.push_back(face.picture_number);
  }
  const int dimension =
      faces.empty() ? 0 : static_cast<int>(faces.front().embedding.size());
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<int> group_of_face,
      ClusterFaces({embeddings, dimension, pictures}, options));
  std::vector<FaceGroup> groups;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto group = static_cast<std::size_t>(group_of_face[i]);
    groups.resize(std::max(groups.size(), group + 1));
    groups[group].push_back({&faces[i]});
  }
  std::ranges::for_each(groups, SortByTypicality);
  return groups;
}

Image CutThumbnail(const Image& image, const Box& box, int side_px) {
  const int side = std::clamp(
      static_cast<int>(
          std::lround(kThumbnailMargin * std::max(box.width(), box.height()))),
      1,
      std::min(image.width(), image.height()));
  const auto start = [side](float centre, int length) {
    const int wished = static_cast<int>(std::lround(centre)) - side / 2;
    return std::clamp(wished, 0, length - side);
  };
  const int x0 = start((box.x0 + box.x1) / 2, image.width());
  const int y0 = start((box.y0 + box.y1) / 2, image.height());
  return ResizeArea(image, {x0, y0, x0 + side, y0 + side}, side_px, side_px);
}

}  // namespace mien::cli
