// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

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

/// The embedding of the central face of each picture; none for a picture that
/// cannot be read or shows no face. `num_threads` >= 1 threads have pictures of
/// their own; `progress`, which may be empty, is called now and then by one
/// thread at a time.
///
/// Errors: those of Embedder::Embed().
Result<std::vector<std::optional<Embedding>>> EmbedCentralFaces(
    std::span<const std::filesystem::path> pictures,
    const Detector& detector,
    const Embedder& embedder,
    int num_threads,
    const std::function<void(int done, int total)>& progress);

}  // namespace mien
