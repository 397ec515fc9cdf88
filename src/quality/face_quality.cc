// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "mien/quality.h"

namespace mien {
namespace {

constexpr int kSmallestChipPx = 64;

/// Where a part of the quality begins (0) and where it is full (1). `useless`
/// may be the larger of the two. docs/quality.md says where they come from.
struct Limits {
  float useless = 0.0F;
  float full = 1.0F;
};

constexpr Limits kEyeDistancePx = {8.0F, 32.0F};
constexpr Limits kSharpness = {0.02F, 0.10F};
constexpr Limits kYaw = {0.60F, 0.20F};
constexpr Limits kPitch = {0.50F, 0.20F};
constexpr Limits kDarkness = {25.0F, 70.0F};
constexpr Limits kBrightness = {245.0F, 205.0F};
constexpr Limits kContrast = {8.0F, 28.0F};
constexpr Limits kDetectorScore = {0.5F, 0.95F};

/// Below this a part is named in the advice.
constexpr float kWorthAdvice = 0.5F;

float Rate(float value, Limits limits) {
  return std::clamp(
      (value - limits.useless) / (limits.full - limits.useless), 0.0F, 1.0F);
}

Point Minus(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }

Point Middle(Point a, Point b) {
  return {0.5F * (a.x + b.x), 0.5F * (a.y + b.y)};
}

float Dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

float Length(Point a) { return std::hypot(a.x, a.y); }

/// How far a head is turned, from where the nose lies between eyes and mouth.
struct Pose {
  /// |nose to the middle line| / eye distance: 0 from the front.
  float yaw = 0.0F;

  /// How far the nose is from halfway between eyes and mouth, as a share of
  /// that distance: 0 upright.
  float pitch = 0.0F;
};

Pose EstimatePose(const Landmarks& points) {
  const Point eyes = Middle(points[0], points[1]);
  const Point mouth = Middle(points[3], points[4]);
  const Point down = Minus(mouth, eyes);
  const float eye_distance = Length(Minus(points[1], points[0]));
  const float face_height = Length(down);
  // Seen from the side the eyes come together; then nothing is frontal.
  if (eye_distance <= 0.0F || face_height <= 0.0F) {
    return {1.0F, 1.0F};
  }
  const Point nose = Minus(points[2], eyes);
  const Point across = {-down.y / face_height, down.x / face_height};
  const float along = Dot(nose, down) / (face_height * face_height);
  return {std::abs(Dot(nose, across)) / std::max(eye_distance, 1.0F),
          std::abs(along - 0.55F)};
}

/// Luminance of the middle of a chip, where the face is, [side, side].
struct Grey {
  int width = 0;
  int height = 0;
  std::vector<float> values;

  [[nodiscard]] float at(int x, int y) const {
    return values[static_cast<std::size_t>(y * width + x)];
  }
};

Grey FaceLuminance(const Image& chip) {
  const int left = chip.width() / 5;
  const int top = chip.height() / 5;
  Grey grey{chip.width() - 2 * left, chip.height() - 2 * top, {}};
  for (int y = top; y < chip.height() - top; ++y) {
    for (int x = left; x < chip.width() - left; ++x) {
      const std::uint8_t* p = chip.row(y) + 3 * x;
      // ITU-R BT.601.
      grey.values.push_back(0.299F * p[0] + 0.587F * p[1] + 0.114F * p[2]);
    }
  }
  return grey;
}

struct Statistics {
  float mean = 0.0F;
  float deviation = 0.0F;
};

Statistics Summarize(const std::vector<float>& values) {
  double sum = 0.0;
  double squares = 0.0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const double count = static_cast<double>(values.size());
  const double mean = sum / count;
  return {static_cast<float>(mean),
          static_cast<float>(
              std::sqrt(std::max(0.0, squares / count - mean * mean)))};
}

/// Deviation of the Laplacian over that of the luminance, so that contrast does
/// not count as detail (after Pech-Pacheco et al. 2000, who take its variance).
float Detail(const Grey& grey, float deviation) {
  std::vector<float> laplacian;
  for (int y = 1; y + 1 < grey.height; ++y) {
    for (int x = 1; x + 1 < grey.width; ++x) {
      laplacian.push_back(grey.at(x - 1, y) + grey.at(x + 1, y) +
                          grey.at(x, y - 1) + grey.at(x, y + 1) -
                          4.0F * grey.at(x, y));
    }
  }
  return deviation > 0.0F ? Summarize(laplacian).deviation / deviation : 0.0F;
}

float RateExposure(const Statistics& luminance) {
  return std::min({Rate(luminance.mean, kDarkness),
                   Rate(luminance.mean, kBrightness),
                   Rate(luminance.deviation, kContrast)});
}

std::string ExposureAdvice(const Statistics& luminance) {
  if (Rate(luminance.mean, kDarkness) < kWorthAdvice) {
    return "the face is too dark; more light from the front would help";
  }
  return Rate(luminance.mean, kBrightness) < kWorthAdvice
             ? "the face is overexposed; less light would help"
             : "the face has little contrast; more even light would help";
}

std::string SizeAdvice(float eye_distance_px) {
  char text[128];
  std::snprintf(text,
                sizeof(text),
                "the face is small: %.0f pixels between the eyes; come closer "
                "or use a larger picture",
                static_cast<double>(eye_distance_px));
  return text;
}

/// The advice of the weakest part.
std::string Advice(const FaceQuality& quality,
                   float eye_distance_px,
                   const Statistics& luminance) {
  const float weakest = quality.score();
  if (weakest >= kWorthAdvice) {
    return {};
  }
  if (weakest == quality.size) {
    return SizeAdvice(eye_distance_px);
  }
  if (weakest == quality.pose) {
    return "the head is turned away; look at the camera";
  }
  if (weakest == quality.sharpness) {
    return "the face is blurred; hold still, focus, or use a less compressed "
           "picture";
  }
  if (weakest == quality.exposure) {
    return ExposureAdvice(luminance);
  }
  return "it hardly looks like a face; is something in front of it?";
}

}  // namespace

float FaceQuality::score() const {
  return std::min({size, sharpness, pose, exposure, detection});
}

Result<FaceQuality> RateFace(const Detection& face, const Image& chip) {
  if (chip.width() < kSmallestChipPx || chip.height() < kSmallestChipPx) {
    return Error{ErrorCode::kInvalidImage,
                 "chip is " + std::to_string(chip.width()) + " x " +
                     std::to_string(chip.height()) + " pixels; at least " +
                     std::to_string(kSmallestChipPx) + " x " +
                     std::to_string(kSmallestChipPx) + " are needed"};
  }
  const float eye_distance_px =
      Length(Minus(face.landmarks[1], face.landmarks[0]));
  const Pose pose = EstimatePose(face.landmarks);
  const Grey grey = FaceLuminance(chip);
  const Statistics luminance = Summarize(grey.values);

  FaceQuality quality;
  quality.size = Rate(eye_distance_px, kEyeDistancePx);
  quality.pose = std::min(Rate(pose.yaw, kYaw), Rate(pose.pitch, kPitch));
  quality.exposure = RateExposure(luminance);
  quality.sharpness = Rate(Detail(grey, luminance.deviation), kSharpness);
  quality.detection = Rate(face.score, kDetectorScore);
  quality.advice = Advice(quality, eye_distance_px, luminance);
  return quality;
}

}  // namespace mien
