// SPDX-License-Identifier: Apache-2.0
//
// Figures of merit of face detection, as pure functions over boxes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mien/geometry.h"

namespace mien {

struct ScoredBox {
  Box box;
  float score = 0.0F;
};

/// One picture: what there is, and what was found.
struct PictureDetections {
  std::span<const Box> truth;

  /// As long as `truth`: 1 where the box counts. What is found at the others is
  /// neither right nor wrong.
  std::span<const std::uint8_t> counts;

  /// Highest score first.
  std::span<const ScoredBox> found;
};

struct PrecisionRecall {
  /// On scores stretched to [0, 1] over the whole set.
  double threshold = 0.0;
  double precision = 0.0;
  double recall = 0.0;
};

/// The curve of WIDER FACE's evaluation (Yang et al. 2016; eval_tools): scores
/// stretched so that the lowest of the set is 0 and the highest 1; each
/// detection belongs to the box that it overlaps most, at IoU >= 0.5 on boxes
/// one pixel larger, and finds it when nobody else did; 1000 thresholds 0.999,
/// 0.998, ... 0. Precision 0 where nothing is found. Empty when no box counts.
std::vector<PrecisionRecall> WiderCurve(
    std::span<const PictureDetections> pictures);

/// The area under the curve with precision made falling (Everingham et al.
/// 2010, PASCAL VOC), as WIDER FACE computes it. 0 for an empty curve.
double AveragePrecision(std::span<const PrecisionRecall> curve);

/// FDDB's curves at one threshold.
struct FddbPoint {
  float threshold = 0.0F;
  std::size_t false_positives = 0;

  /// Share of the faces found with IoU > 0.5.
  double discrete = 0.0;

  /// Sum of the overlaps of faces and detections that belong together, over the
  /// number of faces.
  double continuous = 0.0;
};

/// The curves of FDDB (Jain and Learned-Miller 2010), a point per distinct
/// score, false positives rising. Differs from its program in two ways: truth
/// is boxes and not ellipses, and a detection takes the face it overlaps most
/// of those that no surer detection took, where the program looks for the best
/// assignment of all. Empty when no box counts.
std::vector<FddbPoint> FddbCurve(std::span<const PictureDetections> pictures);

/// The last point with at most `false_positives`; all zero for none.
FddbPoint FddbAt(std::span<const FddbPoint> curve, std::size_t false_positives);

}  // namespace mien
