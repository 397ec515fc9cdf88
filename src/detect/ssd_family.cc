// SPDX-License-Identifier: Apache-2.0
#include "detect/ssd_family.h"

#include <algorithm>

namespace mien {
namespace {

bool NeverByOutputs(std::span<const ValueInfo> /*outputs*/) { return false; }

// Inputs, thresholds and overlaps as each project's own demonstration has them;
// mien's threshold as docs/training-detectors.md says.
constexpr std::array<SsdFamily, 5> kFamilies = {{
    {.name = "mien-ssd",
     .decode = DecodeMienSsd,
     .matches = NeverByOutputs,
     .default_threshold = 0.55F,
     .blend = true,
     .second_look_above_px = 400.0F,
     .may_round = true},
    {.name = "ultraface",
     .decode = DecodeUltraFace,
     .matches = IsUltraFace,
     .has_landmarks = false,
     .default_threshold = 0.7F,
     .max_overlap = 0.3F,
     .mean = {127.0F, 127.0F, 127.0F}},
    {.name = "yunet",
     .decode = DecodeYunet,
     .matches = IsYunet,
     .default_threshold = 0.7F,
     .max_overlap = 0.3F,
     .color_order = ColorOrder::kBgr,
     .mean = {0.0F, 0.0F, 0.0F},
     .deviation = {1.0F, 1.0F, 1.0F}},
    {.name = "scrfd", .decode = DecodeScrfd, .matches = IsScrfd},
    {.name = "retinaface",
     .decode = DecodeRetinaFace,
     .matches = IsRetinaFace,
     .default_threshold = 0.6F,
     .color_order = ColorOrder::kBgr,
     .mean = {104.0F, 117.0F, 123.0F},
     .deviation = {1.0F, 1.0F, 1.0F}},
}};

// Rows of one picture's priors, [1, P, columns] or [P, columns], not one row a
// picture, which R-Net and O-Net of MTCNN have.
bool IsOverPriors(const Shape& shape) {
  constexpr std::int64_t kFewestPriors = 64;
  return shape.size() == 3 ||
         (shape.size() == 2 && shape.front() >= kFewestPriors);
}

// Means over faces that MTCNN finds, in shares of the box.
constexpr Landmarks kAverageFace = {{{0.31F, 0.40F},
                                     {0.69F, 0.40F},
                                     {0.50F, 0.58F},
                                     {0.35F, 0.76F},
                                     {0.65F, 0.76F}}};

}  // namespace

std::span<const SsdFamily> SsdFamilies() { return kFamilies; }

Result<const SsdFamily*> FindSsdFamily(std::string_view name,
                                       std::span<const ValueInfo> outputs) {
  std::string known;
  for (const SsdFamily& family : kFamilies) {
    if (name.empty() ? family.matches(outputs) : family.name == name) {
      return &family;
    }
    known += (known.empty() ? "" : ", ") + std::string(family.name);
  }
  if (!name.empty()) {
    return Error{ErrorCode::kUnsupported,
                 "detector family is \"" + std::string(name) +
                     "\"; must be one of " + known};
  }
  std::string shapes;
  for (const ValueInfo& output : outputs) {
    shapes += " " + output.name + " " + ShapeText(output.shape);
  }
  return Error{ErrorCode::kUnsupported,
               "outputs of no known detector family (" + known + "):" + shapes};
}

int OnlyOutputOverPriors(std::span<const ValueInfo> outputs,
                         std::int64_t columns) {
  int found = -1;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Shape& shape = outputs[i].shape;
    if (!shape.empty() && shape.back() == columns && IsOverPriors(shape)) {
      if (found >= 0) {
        return -1;
      }
      found = static_cast<int>(i);
    }
  }
  return found;
}

Result<const NetOutput*> OutputWithColumns(std::span<const NetOutput> outputs,
                                           std::size_t columns,
                                           std::size_t rows) {
  const auto found = std::ranges::find(outputs, columns, &NetOutput::columns);
  if (found == outputs.end()) {
    return Error{
        ErrorCode::kUnsupported,
        "detector has no output of " + std::to_string(columns) + " columns"};
  }
  MIEN_RETURN_IF_ERROR(ExpectRows(*found, rows));
  return &*found;
}

Result<void> ExpectRows(const NetOutput& output, std::size_t rows) {
  if (output.rows() != rows) {
    return Error{ErrorCode::kUnsupported,
                 "detector output \"" + std::string(output.name) + "\" has " +
                     std::to_string(output.rows()) +
                     " rows; this input should give " + std::to_string(rows)};
  }
  return {};
}

Landmarks AverageLandmarks(const Box& box) {
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    landmarks[i] = {box.x0 + kAverageFace[i].x * box.width(),
                    box.y0 + kAverageFace[i].y * box.height()};
  }
  return landmarks;
}

}  // namespace mien
