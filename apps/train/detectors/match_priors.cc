// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/match_priors.h"

#include <algorithm>
#include <cstddef>

#include "detect/overlap.h"

namespace mien::train {
namespace {

constexpr int kNoFace = -1;

Box BoxOf(const nets::PriorBox& prior) {
  return {prior.center.x - 0.5F * prior.width,
          prior.center.y - 0.5F * prior.height,
          prior.center.x + 0.5F * prior.width,
          prior.center.y + 0.5F * prior.height};
}

std::vector<Box> BoxesOf(std::span<const nets::PriorBox> priors) {
  std::vector<Box> boxes;
  boxes.reserve(priors.size());
  for (const nets::PriorBox& prior : priors) {
    boxes.push_back(BoxOf(prior));
  }
  return boxes;
}

/// The face of each prior, or kNoFace.
std::vector<int> FaceOfEachPrior(std::span<const Box> priors,
                                 std::span<const AnnotatedFace> faces) {
  std::vector<int> face_of(priors.size(), kNoFace);
  std::vector<float> overlap(priors.size(), 0.0F);
  std::vector<std::size_t> best_prior(faces.size(), priors.size());
  for (std::size_t f = 0; f < faces.size(); ++f) {
    if (faces[f].ignore) {
      continue;
    }
    float best = kBestPriorIou;
    for (std::size_t p = 0; p < priors.size(); ++p) {
      const float iou = Iou(priors[p], faces[f].box);
      if (iou > best) {
        best = iou;
        best_prior[f] = p;
      }
      if (iou >= kMatchIou && iou > overlap[p]) {
        overlap[p] = iou;
        face_of[p] = static_cast<int>(f);
      }
    }
  }
  for (std::size_t f = 0; f < faces.size(); ++f) {
    if (best_prior[f] < priors.size()) {
      face_of[best_prior[f]] = static_cast<int>(f);
    }
  }
  return face_of;
}

bool LiesOnIgnored(const Box& prior, std::span<const AnnotatedFace> faces) {
  constexpr float kMostly = 0.5F;
  return std::ranges::any_of(faces, [&](const AnnotatedFace& face) {
    return face.ignore && (ShareInside(prior, face.box) > kMostly ||
                           Iou(prior, face.box) >= kMatchIou);
  });
}

}  // namespace

PriorTargets MatchPriors(std::span<const nets::PriorBox> priors,
                         std::span<const AnnotatedFace> faces) {
  const std::vector<Box> boxes = BoxesOf(priors);
  const std::vector<int> face_of = FaceOfEachPrior(boxes, faces);
  const bool any_ignored = std::ranges::any_of(faces, &AnnotatedFace::ignore);
  PriorTargets targets{
      .labels = std::vector<std::int8_t>(priors.size(), kBackground),
      .boxes = std::vector<nets::BoxOffsets>(priors.size()),
      .landmarks = std::vector<nets::LandmarkOffsets>(priors.size()),
      .has_landmarks = std::vector<std::uint8_t>(priors.size(), 0)};
  for (std::size_t p = 0; p < priors.size(); ++p) {
    if (face_of[p] == kNoFace) {
      if (any_ignored && LiesOnIgnored(boxes[p], faces)) {
        targets.labels[p] = kIgnored;
      }
      continue;
    }
    const AnnotatedFace& face = faces[static_cast<std::size_t>(face_of[p])];
    targets.labels[p] = kFace;
    targets.boxes[p] = nets::EncodeBox(priors[p], face.box);
    if (face.landmarks) {
      targets.landmarks[p] = nets::EncodeLandmarks(priors[p], *face.landmarks);
      targets.has_landmarks[p] = 1;
    }
  }
  return targets;
}

}  // namespace mien::train
