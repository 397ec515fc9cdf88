// SPDX-License-Identifier: Apache-2.0
//
// Enrols people into a gallery and says who is in a picture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/gallery.h"
#include "mien/identifier.h"
#include "mien/image.h"
#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien {

/// How a collection is searched. All fields have working defaults.
struct GallerySearchOptions {
  /// The gallery's file, to keep index files beside it (see docs/gallery.md)
  /// that make the next start with many templates quick; empty to keep none.
  /// Index files are not encrypted.
  std::filesystem::path index_beside = {};

  /// What becomes of several templates of one subject.
  Fusion fusion = Fusion::kCentroid;

  SearchMethod method = SearchMethod::kExact;

  /// Threads for one search, and for making a graph, >= 1.
  int num_threads = 1;

  /// Called by one thread at a time while GalleryRecognizer::Open() makes a
  /// graph for approximate search, which takes minutes for a large gallery:
  /// how many of its templates are in, from 0 on.
  std::function<void(int done, int total)> graph_progress = nullptr;
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

/// One collection of a gallery together with the networks that search it.
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

  /// A sentence when the recognizer's embedder made no template of the
  /// collection but another model did, so that nobody is found: names both, and
  /// what to do. Empty otherwise. As of Open().
  [[nodiscard]] const std::string& model_notice() const;

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
