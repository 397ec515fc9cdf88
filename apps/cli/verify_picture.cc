// SPDX-License-Identifier: Apache-2.0
#include "verify_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "annotate.h"
#include "image/draw.h"
#include "image/resize.h"
#include "mien/recognizer.h"
#include "palette.h"

namespace mien::cli {
namespace {

// The page, in pixels.
constexpr int kWidth = 1280;
constexpr int kMargin = 40;
constexpr int kPanelWidth = (kWidth - 3 * kMargin) / 2;
constexpr int kMaxPanelHeight = 580;
constexpr int kChipSide = 112;
constexpr int kGap = 20;
constexpr int kVerdictHeight = 210;
constexpr float kCaptionPx = 20.0F;
constexpr float kSmallPx = 16.0F;
constexpr float kVerdictPx = 38.0F;

// The scale of cosine similarities. Nothing of interest lies below its start.
constexpr float kScaleFrom = -0.2F;
constexpr float kScaleTo = 1.0F;
constexpr float kScaleHeight = 14.0F;

constexpr Color kPanel = {234, 235, 233};
constexpr Color kUnknownTint = {240, 205, 202};
constexpr Color kPossibleTint = {247, 226, 180};
constexpr Color kMatchTint = {184, 226, 205};

std::string Number(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

Color DecisionColor(Decision decision) {
  switch (decision) {
    case Decision::kMatch:
      return kMatchColor;
    case Decision::kPossible:
      return kPossibleColor;
    default:
      return kUnknownColor;
  }
}

Image Resized(const Image& image, int width, int height) {
  return width < image.width()
             ? ResizeArea(image, WholeOf(image), width, height)
             : ResizeBilinear(image, WholeOf(image), width, height);
}

/// The factor that fits `image` into a panel of at most kMaxPanelHeight.
float FitFactor(const Image& image) {
  return std::min(
      static_cast<float>(kPanelWidth) / static_cast<float>(image.width()),
      static_cast<float>(kMaxPanelHeight) / static_cast<float>(image.height()));
}

int Times(int length, float factor) {
  return std::max(
      1, static_cast<int>(std::lround(static_cast<float>(length) * factor)));
}

Detection Placed(const Detection& face, float factor, Point origin) {
  const auto place = [&](float x, float y) {
    return Point{x * factor + origin.x, y * factor + origin.y};
  };
  Detection placed = face;
  const Point top_left = place(face.box.x0, face.box.y0);
  const Point bottom_right = place(face.box.x1, face.box.y1);
  placed.box = {top_left.x, top_left.y, bottom_right.x, bottom_right.y};
  for (Point& point : placed.landmarks) {
    point = place(point.x, point.y);
  }
  return placed;
}

/// The photograph in the middle of its panel, the face compared marked, others
/// outlined.
void DrawPhotograph(Image& page, const VerifySide& side, int x, int height) {
  const auto left = static_cast<float>(x);
  FillBox(
      page,
      {left, kMargin, left + kPanelWidth, static_cast<float>(kMargin + height)},
      kPanel,
      6);
  const float factor = FitFactor(*side.picture);
  Image shown = Resized(*side.picture,
                        Times(side.picture->width(), factor),
                        Times(side.picture->height(), factor));
  for (std::size_t i = 0; i < side.faces.size(); ++i) {
    const Detection face = Placed(side.faces[i], factor, {0, 0});
    if (i == side.chosen) {
      const float line = std::clamp(face.box.width() / 60.0F, 1.5F, 3.5F);
      DrawFaceMarks(shown, face, line);
    } else {
      DrawBox(shown, face.box, kOtherFaceColor, 1.5F, 4);
    }
  }
  Blit(page,
       shown,
       x + (kPanelWidth - shown.width()) / 2,
       kMargin + (height - shown.height()) / 2);
}

/// `text` cut at its front until it fits `width`.
std::string Fitted(std::string text, float size_px, float width) {
  if (MeasureText(text, size_px).width <= width) {
    return text;
  }
  while (text.size() > 1 && MeasureText("..." + text, size_px).width > width) {
    text.erase(text.begin());
  }
  return "..." + text;
}

/// The chip and what is known of the face, below its photograph.
void DrawCaption(Image& page, const VerifySide& side, int x, int y) {
  Blit(page, Resized(*side.chip, kChipSide, kChipSide), x, y);
  const auto left = static_cast<float>(x + kChipSide + kGap);
  const auto top = static_cast<float>(y);
  const float room = kPanelWidth - kChipSide - kGap;
  const Detection& face = side.faces[side.chosen];
  DrawText(page,
           {left, top + 8},
           Fitted(side.caption, kCaptionPx, room),
           kCaptionPx,
           kInk);
  DrawText(page,
           {left, top + 42},
           "face " + Number(face.box.width(), "%.0f") + " x " +
               Number(face.box.height(), "%.0f") + " px, score " +
               Number(face.score, "%.3f"),
           kSmallPx,
           kFaintInk);
  if (side.faces.size() > 1) {
    const bool largest = LargestFace(side.faces) == side.chosen;
    DrawText(page,
             {left, top + 68},
             (largest ? "the largest of " : "one of ") +
                 std::to_string(side.faces.size()) + " faces",
             kSmallPx,
             kFaintInk);
  }
}

float ScaleX(float cosine_similarity) {
  const float share =
      (std::clamp(cosine_similarity, kScaleFrom, kScaleTo) - kScaleFrom) /
      (kScaleTo - kScaleFrom);
  return kMargin + share * (kWidth - 2 * kMargin);
}

void DrawCentred(Image& page,
                 float x,
                 float y,
                 const std::string& text,
                 float size_px,
                 const Color& color) {
  const float width = MeasureText(text, size_px).width;
  const float left =
      std::clamp(x - width / 2, 8.0F, static_cast<float>(kWidth) - 8 - width);
  DrawText(page, {left, y}, text, size_px, color);
}

/// The scale: three zones, the threshold and where this comparison stands.
void DrawScale(Image& page, const VerifyVerdict& verdict, float y) {
  const VerifyThresholds& thresholds = verdict.thresholds;
  const float possible_x = ScaleX(thresholds.possible);
  const float match_x = ScaleX(thresholds.match);
  const float end = kWidth - kMargin;
  const float bottom = y + kScaleHeight;
  const float radius = kScaleHeight / 2;
  FillBox(page, {kMargin, y, end, bottom}, kMatchTint, radius);
  FillBox(page, {kMargin, y, match_x, bottom}, kPossibleTint, radius);
  FillBox(page, {match_x - radius, y, match_x, bottom}, kPossibleTint);
  FillBox(page, {kMargin, y, possible_x, bottom}, kUnknownTint, radius);
  FillBox(page, {possible_x - radius, y, possible_x, bottom}, kUnknownTint);

  DrawLine(page, {match_x, y - 9}, {match_x, bottom + 9}, kInk, 2);
  std::string label = "threshold " + Number(thresholds.match, "%.3f");
  if (thresholds.fmr) {
    label += " (FMR " + Number(*thresholds.fmr, "%g") + ")";
  }
  DrawCentred(page, match_x, bottom + 16, label, kSmallPx, kInk);
  for (const float tick : {0.0F, 1.0F}) {
    if (std::fabs(ScaleX(tick) - match_x) > 180) {
      DrawCentred(page,
                  ScaleX(tick),
                  bottom + 16,
                  Number(tick, "%.0f"),
                  kSmallPx,
                  kFaintInk);
    }
  }
  const Point marker = {ScaleX(verdict.cosine_similarity), y + radius};
  DrawDot(page, marker, 15, kPaper);
  DrawDot(page, marker, 12, DecisionColor(verdict.decision));
}

void DrawVerdict(Image& page, const VerifyVerdict& verdict, int top) {
  const auto y = static_cast<float>(top);
  const Color color = DecisionColor(verdict.decision);
  DrawText(page,
           {kMargin, y},
           std::string(DecisionText(verdict.decision)),
           kVerdictPx,
           color);
  const std::string similarity =
      "cosine similarity " + Number(verdict.cosine_similarity, "%.3f");
  const float width = MeasureText(similarity, 26).width;
  DrawText(page, {kWidth - kMargin - width, y + 8}, similarity, 26, color);
  DrawScale(page, verdict, y + 82);
  DrawText(page, {kMargin, y + 158}, verdict.note, kSmallPx, kFaintInk);
}

}  // namespace

std::string_view DecisionText(Decision decision) {
  switch (decision) {
    case Decision::kMatch:
      return "Same person";
    case Decision::kPossible:
      return "Possibly the same person";
    default:
      return "No match";
  }
}

Image DrawVerification(const VerifySide& a,
                       const VerifySide& b,
                       const VerifyVerdict& verdict) {
  const int panel_height =
      std::max(Times(a.picture->height(), FitFactor(*a.picture)),
               Times(b.picture->height(), FitFactor(*b.picture)));
  const int caption_top = kMargin + panel_height + kGap;
  const int verdict_top = caption_top + kChipSide + kMargin;
  Image page(kWidth, verdict_top + kVerdictHeight);
  FillBox(page,
          {0,
           0,
           static_cast<float>(page.width()),
           static_cast<float>(page.height())},
          kPaper);
  int x = kMargin;
  for (const VerifySide* side : {&a, &b}) {
    DrawPhotograph(page, *side, x, panel_height);
    DrawCaption(page, *side, x, caption_top);
    x += kPanelWidth + kMargin;
  }
  DrawVerdict(page, verdict, verdict_top);
  return page;
}

}  // namespace mien::cli
