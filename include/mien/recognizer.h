// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mien/detector.h"
#include "mien/embedder.h"
#include "mien/embedding.h"
#include "mien/image.h"
#include "mien/matcher.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// Which models to use, and how. All fields have working defaults.
struct RecognizerOptions {
  /// Folder in which the models are looked up; empty for the usual places:
  /// $MIEN_MODELS, `models` beside the program or above it, and
  /// mien/models in the user's data folder ($XDG_DATA_HOME, ~/.local/share).
  std::filesystem::path models;

  /// "mtcnn" or "ssd" to look up that kind, or the path of a detector as
  /// Detector::Load() takes it; empty for the best in the folder.
  std::filesystem::path detector;

  /// The embedder's .onnx file; empty to look it up.
  std::filesystem::path embedder;

  DetectorOptions detection;
  EmbedderOptions embedding;
};

/// A face found and what it looks like.
struct Face {
  Detection detection;
  Embedding embedding;
};

/// What comparing two pictures came to.
struct Verification {
  /// In [-1, 1]; higher is more alike.
  float cosine_similarity = 0.0F;
  Decision decision = Decision::kUnknown;
  VerifyThresholds thresholds;

  /// The faces compared.
  Face a;
  Face b;
};

/// The index of the face with the largest box, the one a portrait is of. None
/// for no faces.
std::optional<std::size_t> LargestFace(std::span<const Detection> faces);

/// The whole way from pictures to a decision, with models loaded once:
///
///   const auto recognizer = mien::Recognizer::Load();
///   const auto a = mien::LoadImage("a.jpg");
///   const auto b = mien::LoadImage("b.jpg");
///   const auto answer = (*recognizer)->Verify(a->image, b->image);
///   if (answer->decision == mien::Decision::kMatch) ...
///
/// (each of these is a Result, to be checked).
///
/// Thread safety: const methods may run concurrently on one instance.
class Recognizer {
 public:
  /// Finds and loads detector and embedder.
  ///
  /// Errors:
  /// - kNotFound: a model that is not there; says where it was looked for and
  ///   how to get it.
  /// - those of Detector::Load() and Embedder::Load().
  static Result<std::unique_ptr<Recognizer>> Load(
      const RecognizerOptions& options = {});

  ~Recognizer();

  /// As Detector::Detect().
  [[nodiscard]] Result<std::vector<Detection>> Detect(const Image& image) const;

  /// The chip of `face`, as CutChip() with the embedder's contract.
  [[nodiscard]] Result<Image> Align(const Image& image,
                                    const Detection& face) const;

  /// As Embedder::Embed().
  [[nodiscard]] Result<std::vector<Embedding>> Embed(
      std::span<const Image> chips) const;

  /// All faces of `image`, highest detector score first.
  ///
  /// Errors: those of Detect(), Align() and Embed().
  [[nodiscard]] Result<std::vector<Face>> FindFaces(const Image& image) const;

  /// Compares the largest face of `a` with the largest face of `b`.
  ///
  /// Errors:
  /// - kInvalidImage: no face in one of them; says in which.
  /// - those of FindFaces() and ChooseThresholds().
  [[nodiscard]] Result<Verification> Verify(
      const Image& a, const Image& b, const VerifyOptions& options = {}) const;

  /// Compares two given faces.
  ///
  /// Errors: those of ChooseThresholds(); kModelMismatch.
  [[nodiscard]] Result<Verification> Compare(
      Face a, Face b, const VerifyOptions& options = {}) const;

  [[nodiscard]] const Detector& detector() const;
  [[nodiscard]] const Embedder& embedder() const;

  /// Where the models came from.
  [[nodiscard]] const std::filesystem::path& detector_path() const;
  [[nodiscard]] const std::filesystem::path& embedder_path() const;

 private:
  struct State;
  explicit Recognizer(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace mien
