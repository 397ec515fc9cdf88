// SPDX-License-Identifier: Apache-2.0
//
// YuNet (Wu, Peng, Yu 2023, "YuNet: A Tiny Millisecond-level Face Detector"),
// as OpenCV's FaceDetectorYN decodes it: on strides 8, 16 and 32 each cell
// (column c, row r) has one box, centre ((c + dx) s, (r + dy) s), sides
// exp(dw) s and exp(dh) s, landmarks ((c + x) s, (r + y) s), and the score
// sqrt(cls obj).
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "detect/ssd_family.h"

namespace mien {
namespace {

constexpr std::array<int, 3> kStrides = {8, 16, 32};

std::string LevelName(std::string_view part, int stride) {
  return std::string(part) + "_" + std::to_string(stride);
}

// The part of one level, which must have one row for each cell.
Result<const NetOutput*> Part(std::span<const NetOutput> outputs,
                              std::string_view part,
                              int stride,
                              const SsdQuery& query) {
  const std::string name = LevelName(part, stride);
  const auto found = std::ranges::find(outputs, name, &NetOutput::name);
  if (found == outputs.end()) {
    return Error{ErrorCode::kUnsupported, "detector has no output " + name};
  }
  const int cells = (query.width / stride) * (query.height / stride);
  MIEN_RETURN_IF_ERROR(ExpectRows(*found, static_cast<std::size_t>(cells)));
  return &*found;
}

Detection DecodeCell(Point cell,
                     float stride,
                     std::span<const float> box,
                     std::span<const float> points) {
  const float x = (cell.x + box[0]) * stride;
  const float y = (cell.y + box[1]) * stride;
  const float half_width = std::exp(box[2]) * stride / 2;
  const float half_height = std::exp(box[3]) * stride / 2;
  Detection face;
  face.box = {x - half_width, y - half_height, x + half_width, y + half_height};
  for (std::size_t i = 0; i < face.landmarks.size(); ++i) {
    face.landmarks[i] = {(cell.x + points[2 * i]) * stride,
                         (cell.y + points[2 * i + 1]) * stride};
  }
  return face;
}

Result<void> DecodeLevel(std::span<const NetOutput> outputs,
                         int stride,
                         const SsdQuery& query,
                         std::vector<Detection>& faces) {
  MIEN_ASSIGN_OR_RETURN(const NetOutput* cls,
                        Part(outputs, "cls", stride, query));
  MIEN_ASSIGN_OR_RETURN(const NetOutput* obj,
                        Part(outputs, "obj", stride, query));
  MIEN_ASSIGN_OR_RETURN(const NetOutput* boxes,
                        Part(outputs, "bbox", stride, query));
  MIEN_ASSIGN_OR_RETURN(const NetOutput* points,
                        Part(outputs, "kps", stride, query));
  const auto columns = static_cast<std::size_t>(query.width / stride);
  for (std::size_t i = 0; i < cls->rows(); ++i) {
    const float score = std::sqrt(std::clamp(cls->values[i], 0.0F, 1.0F) *
                                  std::clamp(obj->values[i], 0.0F, 1.0F));
    if (score >= query.threshold) {
      const Point cell = {static_cast<float>(i % columns),
                          static_cast<float>(i / columns)};
      faces.push_back(DecodeCell(
          cell, static_cast<float>(stride), boxes->row(i), points->row(i)));
      faces.back().score = score;
    }
  }
  return {};
}

}  // namespace

bool IsYunet(std::span<const ValueInfo> outputs) {
  return std::ranges::all_of(kStrides, [outputs](int stride) {
    return std::ranges::all_of(
        std::array{"cls", "obj", "bbox", "kps"}, [=](std::string_view part) {
          return std::ranges::find(outputs,
                                   LevelName(part, stride),
                                   &ValueInfo::name) != outputs.end();
        });
  });
}

Result<std::vector<Detection>> DecodeYunet(std::span<const NetOutput> outputs,
                                           const SsdQuery& query) {
  std::vector<Detection> faces;
  for (const int stride : kStrides) {
    MIEN_RETURN_IF_ERROR(DecodeLevel(outputs, stride, query, faces));
  }
  return faces;
}

}  // namespace mien
