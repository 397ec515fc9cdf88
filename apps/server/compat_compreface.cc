// SPDX-License-Identifier: Apache-2.0
#include "compat_compreface.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "mien/matcher.h"

namespace mien::server::compreface {
namespace {

// A version-4 UUID whose last 12 digits are the template's id.
constexpr std::string_view kImageIdStart = "6d69656e-0000-4000-8000-";
constexpr std::size_t kIdDigits = 12;
constexpr std::size_t kUuidLength = 36;

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidLength) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_hex = (text[i] >= '0' && text[i] <= '9') ||
                        (text[i] >= 'a' && text[i] <= 'f') ||
                        (text[i] >= 'A' && text[i] <= 'F');
    if (is_dash ? text[i] != '-' : !is_hex) {
      return false;
    }
  }
  return true;
}

Response KeyFailure(const Request& request) {
  const auto key = KeyOf(request);
  if (!key) {
    return FailureBody(400, Code::kMissingHeader, "Missing header: x-api-key");
  }
  if (!IsUuid(*key)) {
    return FailureBody(400, Code::kInvalid, "Service API key should be UUID");
  }
  return FailureBody(
      404,
      Code::kKeyNotFound,
      "service with API Key " + std::string(*key) + " not found");
}

Response ArgumentFailure(const Failure& failure) {
  if (!failure.message.ends_with(" is missing")) {
    return FailureBody(400, Code::kInvalid, failure.message);
  }
  const bool is_part = failure.field == "file" ||
                       failure.field == "source_image" ||
                       failure.field == "target_image";
  return is_part ? FailureBody(400,
                               Code::kMissingPart,
                               "Required part " + failure.field + " is missing")
                 : FailureBody(
                       400,
                       Code::kMissingParameter,
                       "Required parameter " + failure.field + " is missing");
}

int Rounded(float value) { return static_cast<int>(std::lround(value)); }

/// Five digits, half up, as its BigDecimal does.
double FiveDigits(double value) { return std::floor(value * 1e5 + 0.5) / 1e5; }

bool Lists(const std::string& plugins, std::string_view plugin) {
  return ("," + plugins + ",").find("," + std::string(plugin) + ",") !=
         std::string::npos;
}

}  // namespace

Response FailureBody(int status, Code code, const std::string& message) {
  return JsonResponse({{"message", message}, {"code", static_cast<int>(code)}},
                      status);
}

Response WriteFailure(const Failure& failure, const Request& request) {
  if (failure.code == "unauthorized") {
    return KeyFailure(request);
  }
  if (failure.code == "invalid_image") {
    return failure.message == "no face found"
               ? FailureBody(
                     400, Code::kNoFace, "No face is found in the given image")
               : FailureBody(400, Code::kBadFile, failure.message);
  }
  if (failure.code == "invalid_argument") {
    return ArgumentFailure(failure);
  }
  if (failure.code == "already_exists") {
    return FailureBody(400, Code::kSubjectExists, "Subject already exists");
  }
  if (failure.status == 500) {
    return FailureBody(500, Code::kCoreFailed, failure.message);
  }
  const int status = failure.status == 413 ? 400 : failure.status;
  return FailureBody(status, Code::kUndefined, failure.message);
}

Response NoSubject(const std::string& name) {
  return FailureBody(404, Code::kNoSubject, "Subject " + name + " not found");
}

Response NoImage(const std::string& id) {
  return FailureBody(404, Code::kNoImage, "Image " + id + " not found");
}

std::string ImageId(std::int64_t template_id) {
  char digits[kIdDigits + 1];
  std::snprintf(digits,
                sizeof(digits),
                "%012llx",
                static_cast<unsigned long long>(template_id) & 0xFFFFFFFFFFFFU);
  return std::string(kImageIdStart) + digits;
}

std::optional<std::int64_t> TemplateId(std::string_view image_id) {
  if (!IsUuid(image_id) || !image_id.starts_with(kImageIdStart)) {
    return std::nullopt;
  }
  constexpr int kHex = 16;
  return std::stoll(
      std::string(image_id.substr(kImageIdStart.size())), nullptr, kHex);
}

double Similarity(float cosine_similarity, const Curve& curve) {
  const double distance = std::sqrt(
      std::max(0.0, 2.0 - 2.0 * static_cast<double>(cosine_similarity)));
  return FiveDigits((std::tanh((curve.center - distance) * curve.slope) + 1.0) /
                    2.0);
}

Curve CurveOf(const Services& services) {
  Curve curve;
  if (services.keep_compreface_curve) {
    return curve;
  }
  if (const auto thresholds =
          ChooseThresholds(services.recognizer->embedder().contract())) {
    curve.center =
        std::sqrt(2.0 - 2.0 * static_cast<double>(thresholds->match));
  }
  return curve;
}

Result<Wishes> WishesOf(Call& call, const Services& services) {
  constexpr int kMost = 1'000'000;
  Wishes wishes;
  wishes.filter.max_faces = services.max_faces;
  MIEN_ASSIGN_OR_RETURN(wishes.limit, call.input.Int("limit", 0, 0, kMost));
  MIEN_ASSIGN_OR_RETURN(const double min_score,
                        call.input.Number("det_prob_threshold", 0, 0, 1));
  wishes.filter.min_score = static_cast<float>(min_score);
  MIEN_ASSIGN_OR_RETURN(wishes.status, call.input.Flag("status", false));
  const std::string plugins = call.input.Text("face_plugins").value_or("");
  wishes.landmarks = Lists(plugins, "landmarks");
  wishes.embedding = Lists(plugins, "calculator");
  return wishes;
}

Result<std::vector<Face>> FacesOf(Call& call,
                                  const Services& services,
                                  const Wishes& wishes,
                                  std::string_view name) {
  MIEN_ASSIGN_OR_RETURN(
      const DecodedImage picture,
      PictureOf(call, services, name, Input::WholeBody::kIsNot));
  MIEN_ASSIGN_OR_RETURN(
      std::vector<Face> faces,
      services.faces->Find(picture.image, wishes.filter, call.timings));
  if (faces.empty()) {
    return Error{ErrorCode::kInvalidImage, "no face found"};
  }
  std::ranges::stable_sort(faces, std::greater(), [](const Face& face) {
    return face.detection.box.area();
  });
  if (wishes.limit > 0) {
    faces.resize(
        std::min(faces.size(), static_cast<std::size_t>(wishes.limit)));
  }
  return faces;
}

Json FaceAnswer(const Face& face, const Wishes& wishes, const Call& call) {
  const Detection& detection = face.detection;
  Json json = {
      {"box",
       {{"probability", FiveDigits(static_cast<double>(detection.score))},
        {"x_max", Rounded(detection.box.x1)},
        {"y_max", Rounded(detection.box.y1)},
        {"x_min", Rounded(detection.box.x0)},
        {"y_min", Rounded(detection.box.y0)}}}};
  if (wishes.landmarks) {
    json["landmarks"] = Json::array();
    for (const Point& point : detection.landmarks) {
      json["landmarks"].push_back({Rounded(point.x), Rounded(point.y)});
    }
  }
  if (wishes.embedding) {
    json["embedding"] = face.embedding.values;
  }
  if (wishes.status) {
    for (const auto& [stage, time] : call.timings.stages()) {
      const char* name = stage == "detect"  ? "detector"
                         : stage == "embed" ? "calculator"
                                            : nullptr;
      if (name != nullptr) {
        json["execution_time"][name] = 1000 * time.count();
      }
    }
  }
  return json;
}

void AddVersions(Json& json, const Wishes& wishes, const Services& services) {
  if (wishes.status) {
    const Recognizer& recognizer = *services.recognizer;
    json["plugins_versions"] = {
        {"detector", recognizer.detector().name()},
        {"calculator", recognizer.embedder().contract().name}};
  }
}

void AddRoute(Router& router,
              Services& services,
              const char* method,
              const std::string& path,
              Role role,
              Work work) {
  router.Add({.method = method,
              .pattern = path,
              .role = role,
              .handler = HandlerOf(work, services),
              .write_failure = WriteFailure,
              .always_needs_key = true});
}

}  // namespace mien::server::compreface
