// SPDX-License-Identifier: Apache-2.0
#include "detect/blend.h"

#include <cstddef>

#include "detect/nms.h"
#include "detect/overlap.h"

namespace mien {
namespace {

/// Sums of a face's numbers, each times its candidate's score.
class WeightedMean {
 public:
  void Add(const Detection& candidate) {
    const float weight = candidate.score;
    weight_ += weight;
    Add(weight, {candidate.box.x0, candidate.box.y0}, low_);
    Add(weight, {candidate.box.x1, candidate.box.y1}, high_);
    for (std::size_t i = 0; i < landmarks_.size(); ++i) {
      Add(weight, candidate.landmarks[i], landmarks_[i]);
    }
  }

  void MoveTo(Detection& face) const {
    const Point low = Mean(low_);
    const Point high = Mean(high_);
    face.box = {low.x, low.y, high.x, high.y};
    for (std::size_t i = 0; i < landmarks_.size(); ++i) {
      face.landmarks[i] = Mean(landmarks_[i]);
    }
  }

 private:
  static void Add(float weight, Point p, Point& sum) {
    sum.x += weight * p.x;
    sum.y += weight * p.y;
  }

  [[nodiscard]] Point Mean(Point sum) const {
    return {sum.x / weight_, sum.y / weight_};
  }

  float weight_ = 0.0F;
  Point low_;
  Point high_;
  Landmarks landmarks_;
};

// Each candidate counts for the best face that it overlaps, at least for the
// one that it is.
void Blend(std::span<const Detection> candidates,
           std::span<const int> kept,
           float max_overlap,
           std::vector<Detection>& faces) {
  std::vector<WeightedMean> means(faces.size());
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    for (std::size_t i = 0; i < faces.size(); ++i) {
      if (kept[i] == static_cast<int>(c) ||
          Iou(candidates[c].box, faces[i].box) > max_overlap) {
        means[i].Add(candidates[c]);
        break;
      }
    }
  }
  for (std::size_t i = 0; i < faces.size(); ++i) {
    means[i].MoveTo(faces[i]);
  }
}

// Indices of those that no better one overlaps too much, best first.
std::vector<int> Kept(std::span<const Detection> candidates,
                      float max_overlap) {
  std::vector<Box> boxes;
  std::vector<float> scores;
  for (const Detection& candidate : candidates) {
    boxes.push_back(candidate.box);
    scores.push_back(candidate.score);
  }
  return SuppressNonMaxima(boxes, scores, {.max_overlap = max_overlap});
}

std::vector<Detection> Pick(std::span<const Detection> candidates,
                            std::span<const int> indices) {
  std::vector<Detection> picked;
  for (const int i : indices) {
    picked.push_back(candidates[static_cast<std::size_t>(i)]);
  }
  return picked;
}

}  // namespace

std::vector<Detection> SuppressDetections(std::span<const Detection> candidates,
                                          float max_overlap,
                                          bool blend) {
  const std::vector<int> kept = Kept(candidates, max_overlap);
  std::vector<Detection> faces = Pick(candidates, kept);
  if (!blend) {
    return faces;
  }
  Blend(candidates, kept, max_overlap, faces);
  // Boxes that were just apart may have moved onto one another.
  return Pick(faces, Kept(faces, max_overlap));
}

}  // namespace mien
