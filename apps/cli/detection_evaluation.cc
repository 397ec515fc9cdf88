// SPDX-License-Identifier: Apache-2.0
#include "detection_evaluation.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>

#include "core/parallel.h"
#include "mien/image.h"

namespace mien::cli {
namespace {

Result<std::vector<ScoredBox>> FindIn(const Detector& detector,
                                      const std::filesystem::path& picture) {
  MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(picture));
  Result<std::vector<Detection>> faces = detector.Detect(decoded.image);
  if (!faces) {
    return faces.error().WithContext(picture.string());
  }
  std::vector<ScoredBox> boxes;
  for (const Detection& face : *faces) {
    boxes.push_back({face.box, face.score});
  }
  std::ranges::stable_sort(boxes, std::greater<>(), &ScoredBox::score);
  return boxes;
}

}  // namespace

FoundFaces FindInAll(const Detector& detector,
                     std::span<const std::filesystem::path> pictures,
                     int num_threads,
                     const std::function<void(int done)>& progress) {
  FoundFaces found(pictures.size(), std::vector<ScoredBox>());
  std::mutex mutex;
  int done = 0;
  ParallelFor(static_cast<int>(pictures.size()), num_threads, [&](int i) {
    const auto at = static_cast<std::size_t>(i);
    found[at] = FindIn(detector, pictures[at]);
    const std::lock_guard lock(mutex);
    progress(++done);
  });
  return found;
}

std::vector<SettingOutcome> JudgeDetections(const FaceAnnotations& annotations,
                                            const FoundFaces& found) {
  std::vector<SettingOutcome> outcomes;
  for (const AnnotationSetting& setting : annotations.settings) {
    std::vector<PictureDetections> pictures;
    SettingOutcome outcome;
    outcome.name = setting.name;
    for (std::size_t i = 0; i < annotations.pictures.size(); ++i) {
      pictures.push_back({annotations.pictures[i].boxes,
                          setting.counts[i],
                          found[i] ? std::span<const ScoredBox>(*found[i])
                                   : std::span<const ScoredBox>()});
      outcome.num_faces += static_cast<std::size_t>(
          std::ranges::count(setting.counts[i], std::uint8_t{1}));
    }
    outcome.wider = WiderCurve(pictures);
    outcome.average_precision = AveragePrecision(outcome.wider);
    outcome.fddb = FddbCurve(pictures);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

std::vector<FalsePositives> CountFalsePositives(const FoundFaces& found) {
  std::vector<FalsePositives> counts;
  for (const float score : {0.5F, 0.6F, 0.7F, 0.8F, 0.9F, 0.95F, 0.99F}) {
    std::size_t count = 0;
    for (const Result<std::vector<ScoredBox>>& boxes : found) {
      if (boxes) {
        count += static_cast<std::size_t>(std::ranges::count_if(
            *boxes,
            [score](const ScoredBox& box) { return box.score >= score; }));
      }
    }
    counts.push_back({score, count});
  }
  return counts;
}

}  // namespace mien::cli
