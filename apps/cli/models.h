// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "common_options.h"
#include "mien/detector.h"
#include "mien/embedder.h"
#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien::cli {

/// The detector alone, for commands that need no embedder. At log level info,
/// says which on stderr.
Result<std::unique_ptr<Detector>> LoadDetector(const CommonOptions& options,
                                               int threads_per_net);

struct LoadedEmbedder {
  std::unique_ptr<Embedder> embedder;
  std::filesystem::path path;
};

/// The embedder alone, for chips. At log level info, says which on stderr.
Result<LoadedEmbedder> LoadEmbedder(const CommonOptions& options,
                                    int threads_per_net);

/// Detector and embedder. At log level info, says which on stderr.
Result<std::unique_ptr<Recognizer>> LoadRecognizer(const CommonOptions& options,
                                                   int threads_per_net);

}  // namespace mien::cli
