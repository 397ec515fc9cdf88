// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/square_crop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "detect/overlap.h"
#include "image/resize.h"
#include "image/rotate.h"

namespace mien::train {
namespace {

Point CenterOf(const Box& box) {
  return {0.5F * (box.x0 + box.x1), 0.5F * (box.y0 + box.y1)};
}

const AnnotatedFace* DrawFace(const std::vector<AnnotatedFace>& faces,
                              Random& random) {
  std::vector<const AnnotatedFace*> wanted;
  for (const AnnotatedFace& face : faces) {
    if (!face.ignore) {
      wanted.push_back(&face);
    }
  }
  return wanted.empty() ? nullptr : wanted[random.Index(wanted.size())];
}

float DrawSide(int width,
               int height,
               const AnnotatedFace* face,
               const CropOptions& options,
               Random& random) {
  constexpr float kSmallestFacePx = 9.0F;
  constexpr float kLargestFaceShare = 1.2F;  // of the crop's side
  constexpr float kLongestSide = 1.5F;       // of the picture's longer side
  const auto input = static_cast<float>(options.input_px);
  const auto short_side = static_cast<float>(std::min(width, height));
  const auto long_side = static_cast<float>(std::max(width, height));
  if (face != nullptr && random.Chance(options.share_by_face)) {
    const float size_px =
        random.LogUniform(kSmallestFacePx, kLargestFaceShare * input);
    const float scale = size_px / std::sqrt(face->box.area());
    const float side = input / std::min(scale, options.max_enlargement);
    return std::min(side, kLongestSide * long_side);
  }
  return std::max(short_side * random.Uniform(0.3F, 1.0F),
                  input / options.max_enlargement);
}

// A place for a square of `side` along an axis of `extent` pixels: inside when
// it fits, around all when not.
float DrawPlace(float side, float extent, Random& random) {
  const float slack = extent - side;
  return slack > 0 ? random.Uniform(0, slack) : random.Uniform(slack, 0);
}

// The same, so that the square holds `center` with some room.
float DrawPlaceAround(float center, float side, float extent, Random& random) {
  constexpr float kRoom = 0.1F;
  const float place = center - side * random.Uniform(kRoom, 1 - kRoom);
  const float low = std::min(0.0F, extent - side);
  const float high = std::max(0.0F, extent - side);
  return std::clamp(place, low, high);
}

Image ResizeTo(const Image& image,
               const PixelRect& part,
               int width,
               int height) {
  const bool shrinks_much =
      part.width() > 2 * width || part.height() > 2 * height;
  return shrinks_much ? ResizeArea(image, part, width, height)
                      : ResizeBilinear(image, part, width, height);
}

void Paste(const Image& part, int x, int y, Image& canvas) {
  const int width = std::min(part.width(), canvas.width() - x);
  const int height = std::min(part.height(), canvas.height() - y);
  for (int row = 0; row < height; ++row) {
    std::copy_n(part.row(row),
                3 * static_cast<std::ptrdiff_t>(width),
                canvas.row(y + row) + 3 * static_cast<std::ptrdiff_t>(x));
  }
}

Image Show(const Image& image, const Square& square, int input_px) {
  const float scale = static_cast<float>(input_px) / square.side;
  const auto pixel = [](float x) { return static_cast<int>(std::floor(x)); };
  const PixelRect part = ClipTo(
      image,
      {pixel(square.x0 + 0.5F),
       pixel(square.y0 + 0.5F),
       std::max(pixel(square.x0 + square.side + 0.5F), pixel(square.x0) + 1),
       std::max(pixel(square.y0 + square.side + 0.5F), pixel(square.y0) + 1)});
  Image canvas(input_px, input_px);
  if (part.width() <= 0 || part.height() <= 0) {
    return canvas;
  }
  const auto place = [&](int source, float origin) {
    const float x = (static_cast<float>(source) - origin) * scale;
    return std::clamp(static_cast<int>(std::lround(x)), 0, input_px - 1);
  };
  const int x = place(part.x0, square.x0);
  const int y = place(part.y0, square.y0);
  const auto extent = [&](int source) {
    return std::max(
        1, static_cast<int>(std::lround(static_cast<float>(source) * scale)));
  };
  Paste(ResizeTo(image,
                 part,
                 std::min(extent(part.width()), input_px),
                 std::min(extent(part.height()), input_px)),
        x,
        y,
        canvas);
  return canvas;
}

Box MoveInto(const Box& box, const Square& square, float scale) {
  return {(box.x0 - square.x0) * scale,
          (box.y0 - square.y0) * scale,
          (box.x1 - square.x0) * scale,
          (box.y1 - square.y0) * scale};
}

float DrawRoll(float max_degrees, Random& random) {
  const float even = random.Uniform(-1.0F, 1.0F);
  return max_degrees * even * std::abs(even);
}

}  // namespace

Square DrawSquare(int width,
                  int height,
                  const std::vector<AnnotatedFace>& faces,
                  const CropOptions& options,
                  Random& random) {
  const AnnotatedFace* face = DrawFace(faces, random);
  const float side = DrawSide(width, height, face, options, random);
  const auto w = static_cast<float>(width);
  const auto h = static_cast<float>(height);
  Square square{.side = side};
  if (face == nullptr) {
    square.x0 = DrawPlace(side, w, random);
    square.y0 = DrawPlace(side, h, random);
  } else {
    const Point center = CenterOf(face->box);
    square.x0 = DrawPlaceAround(center.x, side, w, random);
    square.y0 = DrawPlaceAround(center.y, side, h, random);
  }
  if (options.max_roll_degrees > 0) {
    square.turn = {.degrees = DrawRoll(options.max_roll_degrees, random),
                   .pivot = face == nullptr ? Point{0.5F * w, 0.5F * h}
                                            : CenterOf(face->box)};
  }
  return square;
}

TrainingCrop CutSquare(const Image& image,
                       const std::vector<AnnotatedFace>& faces,
                       const Square& square,
                       const CropOptions& options) {
  const auto input = static_cast<float>(options.input_px);
  const float scale = input / square.side;
  const Box whole = {0, 0, input, input};
  const bool turns = square.turn.degrees != 0;
  TrainingCrop crop{.image = turns ? CutTurned(image,
                                               square.turn,
                                               {square.x0, square.y0},
                                               square.side,
                                               options.input_px)
                                   : Show(image, square, options.input_px),
                    .faces = {}};
  for (const AnnotatedFace& face : faces) {
    AnnotatedFace moved = turns ? TurnFace(square.turn, face) : face;
    const Box box = MoveInto(moved.box, square, scale);
    moved.box = Intersection(box, whole);
    if (moved.box.area() <= 0) {
      continue;
    }
    const Point center = CenterOf(box);
    const bool center_inside =
        center.x >= 0 && center.x < input && center.y >= 0 && center.y < input;
    const bool shows_enough =
        moved.box.area() >= options.min_visible_share * box.area();
    moved.ignore = face.ignore || !center_inside || !shows_enough ||
                   std::sqrt(moved.box.area()) < options.min_face_px;
    if (moved.landmarks) {
      for (Point& p : *moved.landmarks) {
        p = {(p.x - square.x0) * scale, (p.y - square.y0) * scale};
      }
    }
    crop.faces.push_back(moved);
  }
  return crop;
}

void Mirror(TrainingCrop& crop) {
  const auto width = static_cast<float>(crop.image.width());
  crop.image = FlipHorizontal(crop.image);
  for (AnnotatedFace& face : crop.faces) {
    face.box = {
        width - face.box.x1, face.box.y0, width - face.box.x0, face.box.y1};
    if (!face.landmarks) {
      continue;
    }
    Landmarks& points = *face.landmarks;
    for (Point& p : points) {
      p.x = width - p.x;
    }
    std::swap(points[0], points[1]);  // eyes
    std::swap(points[3], points[4]);  // mouth corners
  }
}

void ChangeColors(Image& image, Random& random) {
  const float brightness =
      random.Chance(0.5F) ? random.Uniform(-32.0F, 32.0F) : 0.0F;
  const float contrast = random.Chance(0.5F) ? random.Uniform(0.5F, 1.5F) : 1;
  float saturation = random.Chance(0.5F) ? random.Uniform(0.5F, 1.5F) : 1;
  if (random.Chance(0.05F)) {
    saturation = 0;
  }
  const std::span<std::uint8_t> levels = image.pixels();
  for (std::size_t i = 0; i + 2 < levels.size(); i += 3) {
    const std::array<float, 3> pixel = {static_cast<float>(levels[i]),
                                        static_cast<float>(levels[i + 1]),
                                        static_cast<float>(levels[i + 2])};
    // Luma of ITU-R BT.601.
    const float grey =
        0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2];
    for (std::size_t c = 0; c < 3; ++c) {
      const float colored = grey + (pixel[c] - grey) * saturation;
      const float level = colored * contrast + brightness;
      levels[i + c] =
          static_cast<std::uint8_t>(std::clamp(level + 0.5F, 0.0F, 255.0F));
    }
  }
}

TrainingCrop DrawCrop(const Image& image,
                      const std::vector<AnnotatedFace>& faces,
                      const CropOptions& options,
                      Random& random) {
  const Square square =
      DrawSquare(image.width(), image.height(), faces, options, random);
  TrainingCrop crop = CutSquare(image, faces, square, options);
  if (random.Chance(0.5F)) {
    Mirror(crop);
  }
  ChangeColors(crop.image, random);
  return crop;
}

}  // namespace mien::train
