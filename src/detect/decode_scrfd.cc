// SPDX-License-Identifier: Apache-2.0
//
// SCRFD (Guo et al. 2021, arXiv:2105.04714) and insightface's RetinaFace of the
// same form: for each stride an output of 1 column (scores), of 4 (distances
// from the cell's corner to left, top, right and bottom, in strides) and of 10
// (landmarks, likewise). Outputs are known by their columns, their order being
// that of the strides; names differ from file to file.
#include <algorithm>
#include <array>

#include "detect/ssd_family.h"

namespace mien {
namespace {

constexpr int kFirstStride = 8;

// Outputs with `columns` columns, from the smallest stride on.
std::vector<const NetOutput*> Levels(std::span<const NetOutput> outputs,
                                     std::size_t columns) {
  std::vector<const NetOutput*> levels;
  for (const NetOutput& output : outputs) {
    if (output.columns == columns) {
      levels.push_back(&output);
    }
  }
  std::ranges::stable_sort(
      levels, std::ranges::greater(), [](const auto* o) { return o->rows(); });
  return levels;
}

std::ptrdiff_t CountWithColumns(std::span<const ValueInfo> outputs,
                                std::int64_t columns) {
  return std::ranges::count_if(outputs, [columns](const ValueInfo& output) {
    return !output.shape.empty() && output.shape.back() == columns;
  });
}

Detection DecodeAnchor(Point corner,
                       float stride,
                       std::span<const float> distances) {
  Detection face;
  face.box = {corner.x - distances[0] * stride,
              corner.y - distances[1] * stride,
              corner.x + distances[2] * stride,
              corner.y + distances[3] * stride};
  face.landmarks = AverageLandmarks(face.box);
  return face;
}

// The outputs of one stride.
struct Level {
  const NetOutput& scores;
  const NetOutput& boxes;
  const NetOutput* points;  // or null
  int stride;
};

Result<void> CheckLevel(const Level& level, std::size_t cells) {
  const std::size_t rows = level.scores.rows();
  if (cells == 0 || rows == 0 || rows % cells != 0) {
    return ExpectRows(level.scores, std::max<std::size_t>(cells, 1));
  }
  MIEN_RETURN_IF_ERROR(ExpectRows(level.boxes, rows));
  return level.points == nullptr ? Result<void>()
                                 : ExpectRows(*level.points, rows);
}

Result<void> DecodeLevel(const Level& level,
                         const SsdQuery& query,
                         std::vector<Detection>& faces) {
  const auto columns = static_cast<std::size_t>(query.width / level.stride);
  const auto cells =
      columns * static_cast<std::size_t>(query.height / level.stride);
  MIEN_RETURN_IF_ERROR(CheckLevel(level, cells));
  const std::size_t anchors = level.scores.rows() / cells;
  const auto step = static_cast<float>(level.stride);
  for (std::size_t i = 0; i < level.scores.rows(); ++i) {
    const float score = level.scores.values[i];
    if (score < query.threshold) {
      continue;
    }
    const std::size_t cell = i / anchors;
    const Point corner = {static_cast<float>(cell % columns) * step,
                          static_cast<float>(cell / columns) * step};
    Detection face = DecodeAnchor(corner, step, level.boxes.row(i));
    face.score = score;
    if (level.points != nullptr) {
      const auto offsets = level.points->row(i);
      for (std::size_t p = 0; p < face.landmarks.size(); ++p) {
        face.landmarks[p] = {corner.x + offsets[2 * p] * step,
                             corner.y + offsets[2 * p + 1] * step};
      }
    }
    faces.push_back(face);
  }
  return {};
}

}  // namespace

bool IsScrfd(std::span<const ValueInfo> outputs) {
  const auto levels = CountWithColumns(outputs, 1);
  const auto landmarks = CountWithColumns(outputs, 10);
  return levels >= 3 && CountWithColumns(outputs, 4) == levels &&
         (landmarks == levels || landmarks == 0) &&
         std::ssize(outputs) == 2 * levels + landmarks;
}

Result<std::vector<Detection>> DecodeScrfd(std::span<const NetOutput> outputs,
                                           const SsdQuery& query) {
  const auto scores = Levels(outputs, 1);
  const auto boxes = Levels(outputs, 4);
  const auto points = Levels(outputs, 10);
  std::vector<Detection> faces;
  int stride = kFirstStride;
  for (std::size_t i = 0; i < scores.size(); ++i, stride *= 2) {
    if (i >= boxes.size() || (!points.empty() && i >= points.size())) {
      return Error{ErrorCode::kUnsupported,
                   "detector has scores without boxes or landmarks"};
    }
    const Level level = {.scores = *scores[i],
                         .boxes = *boxes[i],
                         .points = points.empty() ? nullptr : points[i],
                         .stride = stride};
    MIEN_RETURN_IF_ERROR(DecodeLevel(level, query, faces));
  }
  return faces;
}

}  // namespace mien
