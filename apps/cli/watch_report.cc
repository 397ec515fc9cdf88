// SPDX-License-Identifier: Apache-2.0
#include "watch_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "image/draw.h"
#include "palette.h"

namespace mien::cli {
namespace {

constexpr float kLeastTextPx = 11.0F;  // what can still be read

/// "Ada", "possibly Ada" or "somebody unknown (track 3)".
std::string WhoText(const PresentFace& face) {
  switch (face.identity.decision) {
    case Decision::kMatch:
      return face.identity.subject;
    case Decision::kPossible:
      return "possibly " + face.identity.subject;
    case Decision::kUnknown:
      break;
  }
  return "somebody unknown (track " + std::to_string(face.track) + ")";
}

std::string SimilarityText(const ShownIdentity& identity) {
  char text[40];
  std::snprintf(text,
                sizeof(text),
                ", similarity %.2f",
                static_cast<double>(identity.cosine_similarity));
  return identity.decision == Decision::kUnknown ? "" : text;
}

Json SubjectJson(const ShownIdentity& identity) {
  return identity.decision == Decision::kUnknown ? Json(nullptr)
                                                 : Json(identity.subject);
}

const Color& ColorOf(const WatchedFace& face) {
  if (!face.identity) {
    return kOtherFaceColor;
  }
  switch (face.identity->decision) {
    case Decision::kMatch:
      return kMatchColor;
    case Decision::kPossible:
      return kPossibleColor;
    case Decision::kUnknown:
      break;
  }
  return kUnknownColor;
}

std::string LabelOf(const WatchedFace& face) {
  if (!face.identity) {
    return "";
  }
  switch (face.identity->decision) {
    case Decision::kMatch:
      return face.identity->subject;
    case Decision::kPossible:
      return face.identity->subject + "?";
    case Decision::kUnknown:
      break;
  }
  return "unknown";
}

float LineWidth(const Box& box) {
  return std::clamp(box.width() / 45.0F, 1.5F, 5.0F);
}

void DrawLabel(Image& image, const WatchedFace& face) {
  const std::string label = LabelOf(face);
  if (label.empty()) {
    return;
  }
  const Box& box = face.detection.box;
  const float largest_px = static_cast<float>(image.height()) / 24.0F;
  const float size_px = std::clamp(
      box.width() / 6.0F, kLeastTextPx, std::max(kLeastTextPx, largest_px));
  const TextExtent extent = MeasureText(label, size_px);
  const float pad = 0.3F * size_px;
  const float height = extent.height + 2 * pad;
  const float width = extent.width + 2 * pad;
  const auto last_left = static_cast<float>(image.width()) - width;
  const float left =
      std::clamp(box.x0 - LineWidth(box) / 2, 0.0F, std::max(last_left, 0.0F));
  const float top = std::max(box.y0 >= height ? box.y0 - height : box.y0, 0.0F);
  FillBox(image, {left, top, left + width, top + height}, ColorOf(face), pad);
  DrawText(image, {left + pad, top + pad}, label, size_px, kPaper);
}

}  // namespace

std::string VideoTimeText(double seconds) {
  const auto tenths = static_cast<long>(std::llround(seconds * 10));
  const long whole = tenths / 10;
  char text[48];
  if (whole >= 3600) {
    std::snprintf(text,
                  sizeof(text),
                  "%ld:%02ld:%02ld.%ld",
                  whole / 3600,
                  whole / 60 % 60,
                  whole % 60,
                  tenths % 10);
  } else {
    std::snprintf(text,
                  sizeof(text),
                  "%ld:%02ld.%ld",
                  whole / 60,
                  whole % 60,
                  tenths % 10);
  }
  return text;
}

std::string EventText(const PresenceEvent& event) {
  const std::string who = WhoText(event.face);
  const std::string similarity = SimilarityText(event.face.identity);
  std::string text = VideoTimeText(event.seconds) + "  ";
  switch (event.kind) {
    case PresenceEvent::Kind::kEnter:
      return text + who + " enters" + similarity;
    case PresenceEvent::Kind::kChange:
      return text + "who came at " + VideoTimeText(event.since) + " is " + who +
             similarity;
    case PresenceEvent::Kind::kLeave:
      break;
  }
  char stay[40];
  std::snprintf(
      stay, sizeof(stay), " leaves after %.1f s", event.seconds - event.since);
  return text + who + stay;
}

Json EventJson(const PresenceEvent& event) {
  const ShownIdentity& identity = event.face.identity;
  const Box& box = event.face.box;
  return {{"event", std::string(PresenceEventName(event.kind))},
          {"time", static_cast<float>(event.seconds)},
          {"since", static_cast<float>(event.since)},
          {"track", event.face.track},
          {"decision", std::string(DecisionName(identity.decision))},
          {"subject", SubjectJson(identity)},
          {"similarity", identity.cosine_similarity},
          {"box", {box.x0, box.y0, box.x1, box.y1}}};
}

Json FrameJson(std::int64_t index, double seconds, const WatchedFrame& frame) {
  Json faces = Json::array();
  for (const WatchedFace& face : frame.faces) {
    Json json = FaceJson(face.detection);
    json["track"] = face.track;
    json["decision"] = nullptr;
    json["subject"] = nullptr;
    json["similarity"] = nullptr;
    if (face.identity) {
      json["decision"] = std::string(DecisionName(face.identity->decision));
      json["subject"] = SubjectJson(*face.identity);
      json["similarity"] = face.identity->cosine_similarity;
    }
    faces.push_back(std::move(json));
  }
  return {{"frame", index},
          {"time", static_cast<float>(seconds)},
          {"faces", std::move(faces)}};
}

Image DrawWatchedFrame(const Image& image, const WatchedFrame& frame) {
  Image canvas = image;
  for (const WatchedFace& face : frame.faces) {
    const Box& box = face.detection.box;
    const float line_px = LineWidth(box);
    DrawBox(canvas, box, kRim, 2 * line_px, 3 * line_px);
    DrawBox(canvas, box, ColorOf(face), line_px, 3 * line_px);
  }
  for (const WatchedFace& face : frame.faces) {
    DrawLabel(canvas, face);
  }
  return canvas;
}

}  // namespace mien::cli
