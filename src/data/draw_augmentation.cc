// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "data/augment.h"

namespace mien {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
/// generators"): any start gives a good sequence, so that each chip has its
/// own.
class RandomDraws {
 public:
  explicit RandomDraws(const AugmentKey& key) {
    for (const std::uint64_t part : {key.seed, key.epoch, key.chip}) {
      state_ = Next() ^ part;
    }
  }

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  /// In [0, 1).
  float Unit() { return static_cast<float>(Next() >> 40U) * 0x1p-24F; }

  /// In [low, high).
  float Between(float low, float high) { return low + (high - low) * Unit(); }

  /// In [-limit, limit).
  float EitherWay(float limit) { return Between(-limit, limit); }

  /// Between 1 / (1 + limit) and 1 + limit, either side as often.
  float Factor(float limit) {
    return std::exp(EitherWay(std::log(1.0F + limit)));
  }

  bool Happens(float probability) { return Unit() < probability; }

 private:
  std::uint64_t state_ = 0;
};

Occlusion DrawColor(RandomDraws& draws) {
  Occlusion occlusion;
  for (std::uint8_t* level :
       {&occlusion.red, &occlusion.green, &occlusion.blue}) {
    *level = static_cast<std::uint8_t>(draws.Next() >> 56U);
  }
  return occlusion;
}

/// Area and aspect as in Random Erasing.
Occlusion DrawRectangle(RandomDraws& draws, float max_share) {
  constexpr float kMinShare = 0.02F;
  constexpr float kMaxAspect = 3.0F;
  Occlusion rectangle = DrawColor(draws);
  const float area = draws.Between(std::min(kMinShare, max_share), max_share);
  const float aspect = draws.Factor(kMaxAspect - 1.0F);
  const float width = std::min(std::sqrt(area * aspect), 1.0F);
  const float height = std::min(area / width, 1.0F);
  const float x = draws.Between(0.0F, 1.0F - width);
  const float y = draws.Between(0.0F, 1.0F - height);
  rectangle.box = {x, y, x + width, y + height};
  return rectangle;
}

/// Masks are most often white, black or blue, and sit higher or lower on the
/// nose.
Occlusion DrawMask(RandomDraws& draws) {
  constexpr std::array<std::array<std::uint8_t, 3>, 3> kUsual = {
      {{235, 238, 240}, {25, 25, 28}, {130, 180, 215}}};
  Occlusion mask = DrawColor(draws);
  const auto kind = static_cast<std::size_t>(draws.Next() >> 62U);
  if (kind < kUsual.size()) {
    mask.red = kUsual[kind][0];
    mask.green = kUsual[kind][1];
    mask.blue = kUsual[kind][2];
  }
  mask.box.y0 = draws.Between(0.5F, 0.64F);
  return mask;
}

void DrawMove(const AugmentOptions& options,
              RandomDraws& draws,
              Augmentation& drawn) {
  drawn.rotate_deg = draws.EitherWay(options.max_rotate_deg);
  drawn.scale = draws.Factor(options.max_scale);
  drawn.shift_px.x = draws.EitherWay(options.max_shift_px);
  drawn.shift_px.y = draws.EitherWay(options.max_shift_px);
}

void DrawColorChange(const AugmentOptions& options,
                     RandomDraws& draws,
                     Augmentation& drawn) {
  drawn.brightness = draws.EitherWay(options.max_brightness);
  drawn.contrast = draws.Factor(options.max_contrast);
  drawn.saturation = 1.0F + draws.EitherWay(options.max_saturation);
}

constexpr float kBaseSide = 112.0F;
constexpr int kMaxJpegQuality = 90;

/// A field and its range.
struct Bound {
  const char* name;
  float value;
  float low;
  float high;
};

std::string NumberText(float value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

Result<void> AugmentOptions::Validate() const {
  const Bound bounds[] = {
      {"flip", flip, 0, 1},
      {"move", move, 0, 1},
      {"max_rotate_deg", max_rotate_deg, 0, 180},
      {"max_scale", max_scale, 0, 4},
      {"max_shift_px", max_shift_px, 0, kBaseSide},
      {"color", color, 0, 1},
      {"max_brightness", max_brightness, 0, 255},
      {"max_contrast", max_contrast, 0, 10},
      {"max_saturation", max_saturation, 0, 1},
      {"grey", grey, 0, 1},
      {"blur", blur, 0, 1},
      {"max_blur_sigma_px", max_blur_sigma_px, 0, 10},
      {"low_resolution", low_resolution, 0, 1},
      {"min_resolution_px", min_resolution_px, 4, kBaseSide},
      {"jpeg", jpeg, 0, 1},
      {"min_jpeg_quality",
       static_cast<float>(min_jpeg_quality),
       1,
       kMaxJpegQuality},
      {"rectangle", rectangle, 0, 1},
      {"max_rectangle_share", max_rectangle_share, 0, 1},
      {"mask", mask, 0, 1},
  };
  for (const Bound& bound : bounds) {
    if (!(bound.value >= bound.low && bound.value <= bound.high)) {
      return Error{ErrorCode::kInvalidArgument,
                   std::string(bound.name) + " is " + NumberText(bound.value) +
                       "; must be in [" + NumberText(bound.low) + ", " +
                       NumberText(bound.high) + "]"};
    }
  }
  return {};
}

std::optional<AugmentOptions> ParseAugmentation(std::string_view name) {
  AugmentOptions options;
  if (name == "standard") {
    return options;
  }
  if (name == "strong") {
    options.max_rotate_deg = 15.0F;
    options.max_scale = 0.12F;
    options.max_shift_px = 6.0F;
    options.max_brightness = 48.0F;
    options.max_contrast = 0.5F;
    options.grey = 0.1F;
    options.blur = 0.2F;
    options.max_blur_sigma_px = 2.5F;
    options.low_resolution = 0.3F;
    options.min_resolution_px = 14.0F;
    options.jpeg = 0.2F;
    options.min_jpeg_quality = 10;
    options.rectangle = 0.15F;
    options.max_rectangle_share = 0.3F;
    options.mask = 0.15F;
    return options;
  }
  if (name != "flip" && name != "none") {
    return std::nullopt;
  }
  for (float* probability : {&options.move,
                             &options.color,
                             &options.grey,
                             &options.blur,
                             &options.low_resolution,
                             &options.jpeg,
                             &options.rectangle,
                             &options.mask}) {
    *probability = 0.0F;
  }
  options.flip = name == "flip" ? 0.5F : 0.0F;
  return options;
}

Augmentation DrawAugmentation(const AugmentOptions& options,
                              const AugmentKey& key) {
  RandomDraws draws(key);
  Augmentation drawn;
  drawn.flip = draws.Happens(options.flip);
  if (draws.Happens(options.move)) {
    DrawMove(options, draws, drawn);
  }
  if (draws.Happens(options.color)) {
    DrawColorChange(options, draws, drawn);
  }
  if (draws.Happens(options.grey)) {
    drawn.saturation = 0.0F;
  }
  if (draws.Happens(options.blur)) {
    drawn.blur_sigma_px = draws.Between(0.3F, options.max_blur_sigma_px);
  }
  if (draws.Happens(options.low_resolution)) {
    // As many octaves everywhere: faces of 24 to 34 pixels as often as of 79 to
    // 112.
    drawn.resolution_px =
        options.min_resolution_px *
        std::exp(draws.Between(
            0.0F, std::log(kBaseSide / options.min_resolution_px)));
  }
  if (draws.Happens(options.jpeg)) {
    drawn.jpeg_quality = static_cast<int>(
        draws.Between(static_cast<float>(options.min_jpeg_quality),
                      static_cast<float>(kMaxJpegQuality + 1)));
  }
  if (draws.Happens(options.rectangle)) {
    drawn.rectangle = DrawRectangle(draws, options.max_rectangle_share);
  }
  if (draws.Happens(options.mask)) {
    drawn.mask = DrawMask(draws);
  }
  return drawn;
}

}  // namespace mien
