// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "data/dataset_format.h"
#include "data/source_list.h"
#include "mien/detector.h"
#include "mien/embedder.h"
#include "mien/result.h"

namespace mien {

/// Which faces of a picture become chips.
enum class FaceChoice : std::uint8_t {
  kLargest,  ///< the one with the largest box
  kCentral,  ///< the one whose box is nearest to the middle of the picture
  kAll,
};

/// "largest", "central" or "all".
std::string_view FaceChoiceName(FaceChoice choice);
std::optional<FaceChoice> ParseFaceChoice(std::string_view name);

/// Called now and then, by one thread at a time.
using DataProgress = std::function<void(int done, int total)>;

struct PrepareOptions {
  ChipGeometry geometry;
  FaceChoice faces = FaceChoice::kLargest;

  /// Of the stored chips, 1 to 100.
  int jpeg_quality = 95;

  /// Says which detector it was, for dataset.json.
  std::string detector_id;

  /// Threads, each with pictures of its own, >= 1.
  int num_threads = 1;

  DataProgress progress = nullptr;
};

/// What PrepareDataset() did in this call.
struct PrepareCounts {
  std::int64_t num_done_before = 0;  ///< pictures
  std::int64_t num_dropped = 0;      ///< pictures
  std::int64_t num_chips = 0;        ///< chips
};

/// Finds the faces of `sources`, cuts and stores them in the dataset at
/// `folder`, in the order of `sources`. A picture that the dataset holds or has
/// dropped is passed over, so that a call which was killed can be repeated.
/// Pictures that cannot be read, show no face, or have the same bytes as
/// another of the same person are dropped and listed.
///
/// Errors:
/// - kInvalidArgument: `options` are out of range.
/// - those of DatasetWriter.
Result<PrepareCounts> PrepareDataset(std::span<const PictureSource> sources,
                                     const Detector& detector,
                                     const std::filesystem::path& folder,
                                     const PrepareOptions& options);

/// Writes teacher.f32 of the dataset at `folder`: the embedding of each chip by
/// `teacher`. Goes on where an earlier call was killed.
///
/// Errors:
/// - kUnsupported: `teacher` wants its chips cut in another way than by
///   ArcFace's template, or not square.
/// - kModelMismatch: there is a teacher.f32 of another network.
/// - those of ChipDataset::Open() and Decode().
Result<void> EmbedDataset(const std::filesystem::path& folder,
                          const Embedder& teacher,
                          int num_threads,
                          const DataProgress& progress);

}  // namespace mien
