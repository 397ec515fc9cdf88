// SPDX-License-Identifier: Apache-2.0
#include "models.h"

#include <cstdio>
#include <string>

#include "engine/model_lookup.h"
#include "mien/precision.h"

namespace mien::cli {
namespace {

void LogDetector(const Detector& detector, const std::string& path) {
  std::fprintf(stderr,
               "mien: detector=%s path=%s\n",
               detector.name().c_str(),
               path.c_str());
}

void LogEmbedder(const Embedder& embedder, const std::string& path) {
  std::fprintf(stderr,
               "mien: embedder=%s id=%s precision=%s path=%s\n",
               embedder.contract().name.c_str(),
               embedder.contract().id.c_str(),
               std::string(PrecisionName(embedder.precision())).c_str(),
               path.c_str());
}

}  // namespace

Result<std::unique_ptr<Detector>> LoadDetector(const CommonOptions& options,
                                               int threads_per_net) {
  const RecognizerOptions wishes = options.ForRecognizer(threads_per_net);
  MIEN_ASSIGN_OR_RETURN(const std::filesystem::path path,
                        FindDetector(wishes.models, wishes.detector.string()));
  MIEN_ASSIGN_OR_RETURN(std::unique_ptr<Detector> detector,
                        Detector::Load(path, wishes.detection));
  if (options.Level() == LogLevel::kInfo) {
    LogDetector(*detector, path.string());
  }
  return detector;
}

Result<LoadedEmbedder> LoadEmbedder(const CommonOptions& options,
                                    int threads_per_net) {
  RecognizerOptions wishes = options.ForRecognizer(threads_per_net);
  LoadedEmbedder loaded{nullptr, wishes.embedder};
  if (loaded.path.empty()) {
    MIEN_ASSIGN_OR_RETURN(const FoundEmbedder found,
                          FindEmbedder(wishes.models));
    loaded.path = found.file;
    if (wishes.embedding.profile.empty()) {
      wishes.embedding.profile = found.profile;
    }
  }
  MIEN_ASSIGN_OR_RETURN(loaded.embedder,
                        Embedder::Load(loaded.path, wishes.embedding));
  if (options.Level() == LogLevel::kInfo) {
    LogEmbedder(*loaded.embedder, loaded.path.string());
  }
  return loaded;
}

Result<std::unique_ptr<Recognizer>> LoadRecognizer(const CommonOptions& options,
                                                   int threads_per_net) {
  MIEN_ASSIGN_OR_RETURN(
      std::unique_ptr<Recognizer> recognizer,
      Recognizer::Load(options.ForRecognizer(threads_per_net)));
  if (options.Level() == LogLevel::kInfo) {
    LogDetector(recognizer->detector(), recognizer->detector_path().string());
    LogEmbedder(recognizer->embedder(), recognizer->embedder_path().string());
  }
  return recognizer;
}

}  // namespace mien::cli
