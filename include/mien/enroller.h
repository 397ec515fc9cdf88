// SPDX-License-Identifier: Apache-2.0
//
// Enrolls people into a gallery.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "mien/gallery.h"
#include "mien/image.h"
#include "mien/quality.h"
#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien {

/// What a picture must be to be enrolled.
struct EnrollOptions {
  /// Faces rated lower are refused, in [0, 1]; see docs/quality.md.
  float min_quality = 0.2F;

  /// Which face is meant when there are several: the largest, if it has this
  /// many times the area of the next; otherwise the picture is refused. >= 1.
  float min_dominance = 1.5F;

  Polarity polarity = Polarity::kPositive;

  /// Keep a small JPEG of the face in the gallery.
  bool keep_thumbnail = false;
};

/// Fills one collection of a gallery with what a recognizer makes of pictures.
///
/// Thread safety: all methods may run concurrently.
class Enroller {
 public:
  /// `recognizer` and `gallery` must outlive this.
  Enroller(const Recognizer& recognizer,
           Gallery& gallery,
           std::string collection);

  /// Adds the face of `image` to `subject`. `source` says where the picture
  /// came from; `digest` tells pictures apart (a hash of the file, or empty to
  /// take one of the pixels).
  ///
  /// Errors:
  /// - kInvalidImage: no face, several that could be meant, or one of too low
  ///   quality; the message says what to improve.
  /// - those of Gallery::AddTemplate() and Recognizer's methods.
  Result<AddedTemplate> Enroll(std::string_view subject,
                               const Image& image,
                               std::string_view source,
                               std::string_view digest,
                               const EnrollOptions& options = {}) const;

  /// The same for faces of `image` that have been found already.
  Result<AddedTemplate> Enroll(std::string_view subject,
                               const Image& image,
                               std::span<const Face> faces,
                               std::string_view source,
                               std::string_view digest,
                               const EnrollOptions& options = {}) const;

 private:
  const Recognizer* recognizer_;
  Gallery* gallery_;
  std::string collection_;
};

}  // namespace mien
