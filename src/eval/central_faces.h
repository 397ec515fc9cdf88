// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "eval/face_method.h"
#include "mien/detector.h"
#include "mien/embedder.h"
#include "mien/result.h"

namespace mien {

/// The face that a picture of LFW is of: the one with the largest
/// area - 2 d^2, d from the picture's centre to the box's, in pixels (Sandberg
/// 2018, facenet src/align/align_dataset_mtcnn.py). None for no faces.
std::optional<std::size_t> CentralFace(std::span<const Detection> faces,
                                       int width,
                                       int height);

struct DescribeOptions {
  /// Null when each picture is a chip already, to be resized at most.
  const Detector* detector = nullptr;

  /// Threads, each with pictures of its own, >= 1.
  int num_threads = 1;

  /// Called now and then, by one thread at a time. May be empty.
  std::function<void(int done, int total)> progress = nullptr;
};

/// What is known of each picture by one method: its descriptor, or why there is
/// none.
using Descriptions = std::vector<Result<Descriptor>>;

/// The central face of each picture, described by each method; pictures are
/// decoded and searched for faces once. Answer [m][i] belongs to method m and
/// picture i; its error says what is wrong with that picture:
/// - kInvalidImage: it shows no face.
/// - those of LoadImage(), Detector::Detect() and CutChip().
///
/// Errors: those of FaceMethod::Describe().
Result<std::vector<Descriptions>> DescribeCentralFaces(
    std::span<const std::filesystem::path> pictures,
    std::span<const FaceMethod* const> methods,
    const DescribeOptions& options);

/// DescribeCentralFaces() by one network; none for a picture that cannot be
/// read or shows no face.
///
/// Errors: those of Embedder::Embed().
Result<std::vector<std::optional<Embedding>>> EmbedCentralFaces(
    std::span<const std::filesystem::path> pictures,
    const Detector& detector,
    const Embedder& embedder,
    int num_threads,
    const std::function<void(int done, int total)>& progress);

}  // namespace mien
