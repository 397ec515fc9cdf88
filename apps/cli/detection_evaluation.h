// SPDX-License-Identifier: Apache-2.0
//
// What `mien eval detect` measures.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "eval/detection_metrics.h"
#include "eval/face_annotations.h"
#include "mien/detector.h"
#include "mien/result.h"

namespace mien::cli {

/// What a detector found in pictures; answer i belongs to picture i.
using FoundFaces = std::vector<Result<std::vector<ScoredBox>>>;

/// Searches each picture, `num_threads` of them side by side. `progress` is
/// called by one thread at a time.
FoundFaces FindInAll(const Detector& detector,
                     std::span<const std::filesystem::path> pictures,
                     int num_threads,
                     const std::function<void(int done)>& progress);

/// A setting of the annotations: which faces count, and the curves.
struct SettingOutcome {
  std::string name;
  std::size_t num_faces = 0;
  double average_precision = 0.0;
  std::vector<PrecisionRecall> wider;
  std::vector<FddbPoint> fddb;
};

/// False detections among pictures that show no face.
struct FalsePositives {
  float score = 0.0F;

  /// Detections of that score or more.
  std::size_t count = 0;
};

struct DetectionOutcome {
  std::string detector;
  std::string truth;
  std::size_t num_pictures = 0;
  std::vector<SettingOutcome> settings;

  /// Pictures that could not be read, and why; nothing counts as found there.
  std::vector<std::string> failed;

  /// Empty when no such pictures were given.
  std::vector<FalsePositives> false_positives;
  std::size_t num_empty_pictures = 0;
};

/// The curves of every setting. `found` is as long as the annotations'
/// pictures.
std::vector<SettingOutcome> JudgeDetections(const FaceAnnotations& annotations,
                                            const FoundFaces& found);

/// How many detections have a score of 0.5, 0.6, ... 0.9, 0.95, 0.99 or more.
std::vector<FalsePositives> CountFalsePositives(const FoundFaces& found);

/// Prints the outcome as text, or as one JSON object.
void PrintDetectionOutcome(const DetectionOutcome& outcome, bool json);

/// Writes report.json, precision_recall.csv, precision_recall.svg, fddb.svg and
/// report.html into `folder`, which is made when missing.
///
/// Errors:
/// - kIo: names the file.
Result<void> WriteDetectionReport(const DetectionOutcome& outcome,
                                  const std::filesystem::path& folder);

}  // namespace mien::cli
