// SPDX-License-Identifier: Apache-2.0
//
// Enrols people into a gallery and says who is in a picture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/gallery.h"
#include "mien/identifier.h"
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

/// How a collection is searched. All fields have working defaults.
struct GallerySearchOptions {
  /// The gallery's file, to keep index files beside it (see docs/gallery.md)
  /// that make the next start with many templates quick; empty to keep none.
  /// Index files are not encrypted.
  std::filesystem::path index_beside = {};

  /// What becomes of several templates of one subject.
  Fusion fusion = Fusion::kCentroid;

  SearchMethod method = SearchMethod::kExact;

  /// Threads for one search, >= 1.
  int num_threads = 1;
};

/// A face of a picture and who it is.
struct IdentifiedFace {
  Face face;
  Identification identification;
};

/// What Identify() found, and with which thresholds.
struct IdentifiedFaces {
  std::vector<IdentifiedFace> faces;
  IdentifyThresholds thresholds;
};

/// One collection of a gallery together with the networks that fill and search
/// it.
///
/// Thread safety: all methods may run concurrently.
class GalleryRecognizer {
 public:
  /// Reads the collection's templates that `recognizer`'s embedder made.
  /// `recognizer` and `gallery` must outlive this.
  ///
  /// Errors: those of Gallery's methods.
  /// - kInvalidArgument: `options.num_threads` is less than 1.
  /// - kUnsupported: approximate search, and its module is not there.
  static Result<std::unique_ptr<GalleryRecognizer>> Open(
      const Recognizer& recognizer,
      Gallery& gallery,
      std::string collection,
      const GallerySearchOptions& options = {});

  ~GalleryRecognizer();

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
                               const EnrollOptions& options = {});

  /// The same for faces of `image` that have been found already.
  Result<AddedTemplate> Enroll(std::string_view subject,
                               const Image& image,
                               std::span<const Face> faces,
                               std::string_view source,
                               std::string_view digest,
                               const EnrollOptions& options = {});

  /// Says who the faces of `image` are. Changes that other processes made to
  /// the gallery before the call are seen.
  ///
  /// Errors: those of Recognizer::FindFaces(), Gallery's methods and
  /// ChooseThresholds().
  Result<IdentifiedFaces> Identify(const Image& image,
                                   const IdentifyOptions& options = {});

  /// The same for faces that have been found already.
  Result<IdentifiedFaces> Identify(std::span<const Face> faces,
                                   const IdentifyOptions& options = {});

  /// Why an index file was of no use or could not be written; empty when
  /// nothing is wrong.
  [[nodiscard]] const std::string& index_notice() const;

  /// How well an approximate search did when it was made; none where search is
  /// exact, or for an empty gallery.
  [[nodiscard]] const std::optional<MeasuredApproximation>& approximation()
      const;

  [[nodiscard]] std::size_t num_subjects() const;
  [[nodiscard]] std::size_t num_templates() const;

 private:
  struct State;
  explicit GalleryRecognizer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mien
