// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

/// What a model is for.
enum class ModelTask : std::uint8_t { kEmbed, kDetect, kOther };

enum class ColorOrder : std::uint8_t { kRgb, kBgr };

/// How a face is cut out of its picture for an embedding model.
enum class ChipTemplate : std::uint8_t {
  kArcFace,  ///< similarity to the five ArcFace points, scaled to the input
             ///< size
  kFacenetMargin,        ///< box plus margin in output pixels (facenet-pytorch)
  kDavidSandbergMargin,  ///< box plus margin in source pixels (facenet)
  kCompreFace,           ///< CompreFace's asymmetric margins, squeezed
};

/// How pixels become network input, after the chip is cut.
enum class PixelScaling : std::uint8_t {
  kFixed,     ///< (x - mean) / deviation, per channel
  kPrewhiten  ///< mean and deviation of each chip itself (facenet)
};

/// One point of a calibration curve: of all non-mated comparisons, the share
/// `fmr` has a cosine similarity of `cosine_similarity` or more.
struct CalibrationPoint {
  float cosine_similarity = 0.0F;
  double fmr = 0.0;
};

/// What has to be known to use a model; it lives in the ONNX file itself, in
/// metadata_props under `mien.*` (docs/models.md lists the keys).
struct ModelContract {
  /// Short name, for example "inception-resnet-v1".
  std::string name;

  /// "sha256:" and the first 16 hex digits of the hash over graph and weights.
  /// Embeddings of models with different ids cannot be compared.
  std::string id;

  ModelTask task = ModelTask::kOther;

  /// Input picture in pixels; 0 when any size will do.
  int input_width = 0;
  int input_height = 0;

  ColorOrder color_order = ColorOrder::kRgb;
  PixelScaling pixel_scaling = PixelScaling::kFixed;

  /// In units of 8-bit samples, in the model's colour order:
  /// network input = (x - mean) / deviation.
  std::array<float, 3> mean = {127.5F, 127.5F, 127.5F};
  std::array<float, 3> deviation = {128.0F, 128.0F, 128.0F};

  ChipTemplate chip_template = ChipTemplate::kArcFace;

  /// For the margin templates, in pixels.
  float margin_px = 0.0F;

  /// Length of an embedding; 0 for other tasks.
  int embedding_size = 0;

  /// How a detector's outputs are decoded: "mien-ssd", "ultraface", "yunet",
  /// "scrfd", "retinaface"; empty to tell from the outputs' names and shapes.
  std::string detector_family;

  std::string license;
  std::string training_data;
  std::string notes;

  /// Falling in fmr; empty when the model is not calibrated.
  std::vector<CalibrationPoint> calibration;

  /// Similarity from which two faces count as one person when there is no
  /// calibration; 0 when not known.
  float default_threshold = 0.0F;
};

/// The contract of a well-known kind of file that carries none: "arcface112",
/// "arcface112-imagenet", "facenet160", "facenet160-prewhiten", "compreface".
///
/// Errors:
/// - kInvalidArgument: lists the known names.
Result<ModelContract> ProfileContract(std::string_view profile);

/// Reads the contract of the ONNX file at `path`; `profile` stands in where the
/// file has none and may be empty.
///
/// Errors:
/// - kNotFound, kIo: the file.
/// - kCorruptModel: not an ONNX file, or a malformed `mien.*` key, by name.
/// - kInvalidArgument: no contract in the file and `profile` is empty or
///   unknown; lists the profiles.
Result<ModelContract> ReadModelContract(const std::filesystem::path& path,
                                        std::string_view profile = {});

}  // namespace mien
