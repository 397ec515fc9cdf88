// SPDX-License-Identifier: Apache-2.0
#include "mien/enroller.h"

#include <cstdio>
#include <utility>

#include "core/hash.h"

namespace mien {
namespace {

float Area(const Face& face) { return face.detection.box.area(); }

/// The face that a picture is of.
///
/// Errors:
/// - kInvalidImage: none, or not clear which.
Result<const Face*> DominantFace(std::span<const Face> faces,
                                 float min_dominance) {
  const Face* largest = nullptr;
  const Face* second = nullptr;
  for (const Face& face : faces) {
    if (largest == nullptr || Area(face) > Area(*largest)) {
      second = std::exchange(largest, &face);
    } else if (second == nullptr || Area(face) > Area(*second)) {
      second = &face;
    }
  }
  if (largest == nullptr) {
    return Error{ErrorCode::kInvalidImage, "no face found"};
  }
  if (second != nullptr && Area(*largest) < min_dominance * Area(*second)) {
    return Error{ErrorCode::kInvalidImage,
                 std::to_string(faces.size()) +
                     " faces, and none clearly the largest; crop the picture "
                     "to one"};
  }
  return largest;
}

Result<void> CheckQuality(const FaceQuality& quality, float min_quality) {
  if (quality.score() >= min_quality) {
    return {};
  }
  char score[48];
  std::snprintf(score,
                sizeof(score),
                " (quality %.2f, at least %.2f needed)",
                static_cast<double>(quality.score()),
                static_cast<double>(min_quality));
  return Error{ErrorCode::kInvalidImage, quality.advice + score};
}

Result<void> CheckOptions(const EnrollOptions& options) {
  if (!(options.min_quality >= 0.0F && options.min_quality <= 1.0F)) {
    return Error{ErrorCode::kInvalidArgument,
                 "min_quality is " + std::to_string(options.min_quality) +
                     "; must be in [0, 1]"};
  }
  if (!(options.min_dominance >= 1.0F)) {
    return Error{ErrorCode::kInvalidArgument,
                 "min_dominance is " + std::to_string(options.min_dominance) +
                     "; must be >= 1"};
  }
  return {};
}

std::string DigestOfPixels(const Image& image) {
  return Sha256Hex(std::as_bytes(image.pixels()));
}

}  // namespace

Enroller::Enroller(const Recognizer& recognizer,
                   Gallery& gallery,
                   std::string collection)
    : recognizer_(&recognizer),
      gallery_(&gallery),
      collection_(std::move(collection)) {}

Result<AddedTemplate> Enroller::Enroll(std::string_view subject,
                                       const Image& image,
                                       std::string_view source,
                                       std::string_view digest,
                                       const EnrollOptions& options) const {
  MIEN_RETURN_IF_ERROR(CheckOptions(options));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        recognizer_->FindFaces(image));
  return Enroll(subject, image, faces, source, digest, options);
}

Result<AddedTemplate> Enroller::Enroll(std::string_view subject,
                                       const Image& image,
                                       std::span<const Face> faces,
                                       std::string_view source,
                                       std::string_view digest,
                                       const EnrollOptions& options) const {
  MIEN_RETURN_IF_ERROR(CheckOptions(options));
  MIEN_ASSIGN_OR_RETURN(const Face* face,
                        DominantFace(faces, options.min_dominance));
  MIEN_ASSIGN_OR_RETURN(const Image chip,
                        recognizer_->Align(image, face->detection));
  MIEN_ASSIGN_OR_RETURN(const FaceQuality quality,
                        RateFace(face->detection, chip));
  MIEN_RETURN_IF_ERROR(CheckQuality(quality, options.min_quality));

  Template entry;
  entry.embedding = face->embedding;
  entry.polarity = options.polarity;
  entry.quality = quality.score();
  entry.source = source;
  entry.digest = digest.empty() ? DigestOfPixels(image) : std::string(digest);
  if (options.keep_thumbnail) {
    MIEN_ASSIGN_OR_RETURN(entry.thumbnail, EncodeJpeg(chip, 85));
  }
  return gallery_->AddTemplate(collection_, subject, entry);
}

}  // namespace mien
