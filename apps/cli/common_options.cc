// SPDX-License-Identifier: Apache-2.0
#include "common_options.h"

#include <algorithm>

#include "core/cpu.h"
#include "mien/precision.h"

namespace mien::cli {

int CommonOptions::NumThreads() const {
  return threads > 0 ? threads : NumUsableCpus();
}

RecognizerOptions CommonOptions::ForRecognizer(int threads_per_net) const {
  RecognizerOptions options;
  options.models = models;
  options.detector = detector;
  options.embedder = embedder;
  options.detection = detection;
  options.detection.num_threads = threads_per_net;
  options.detection.rotation_retry =
      rotate ? RotationRetry::kWhenEmpty : RotationRetry::kNever;
  options.embedding.profile = profile;
  options.embedding.precision =
      ParsePrecision(precision).value_or(Precision::kAuto);
  options.embedding.flip = flip ? FlipAveraging::kOn : FlipAveraging::kOff;
  options.embedding.num_threads = threads_per_net;
  return options;
}

void AddGeneralFlags(CLI::App& command, CommonOptions& options) {
  command.add_flag("--json", options.json, "One JSON object per line");
  command
      .add_option("--models",
                  options.models,
                  "Folder of models; default: $MIEN_MODELS, models/ beside or "
                  "above the program, the user's data folder")
      ->type_name("DIR");
  command
      .add_option(
          "--threads", options.threads, "Threads to use; default: all CPUs")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  command
      .add_option("--log-level",
                  options.log_level,
                  "info says on stderr which models were chosen")
      ->check(CLI::IsMember({"warn", "info"}))
      ->capture_default_str()
      ->type_name("LEVEL");
}

void AddDetectorFlags(CLI::App& command, CommonOptions& options) {
  DetectorOptions& detection = options.detection;
  command
      .add_option("--detector",
                  options.detector,
                  "mtcnn, ssd, or a detector's file or folder")
      ->type_name("KIND|PATH");
  command
      .add_option("--min-face-px",
                  detection.min_face_px,
                  "Shortest face side to look for, in pixels, >= 12; 0: as "
                  "short as the detector can find")
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--score-threshold",
                  detection.score_threshold,
                  "Drop faces scoring below this, 0 to 1; default: the "
                  "detector's own")
      ->type_name("S");
  command
      .add_option("--max-faces",
                  detection.max_faces,
                  "At most this many faces a picture, best first; 0: all")
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--input-long-side",
                  detection.input_long_side_px,
                  "Longest side that a single-shot detector scales its input "
                  "to; 0: the model's own, or 640. Longer finds smaller faces")
      ->capture_default_str()
      ->type_name("N");
  command.add_flag("--rotate",
                   options.rotate,
                   "When nothing is found upright, try the picture on its "
                   "sides and upside down");
}

void AddEmbedderFlags(CLI::App& command, CommonOptions& options) {
  command.add_option("--embedder", options.embedder, "The embedding network")
      ->type_name("FILE.onnx");
  command
      .add_option("--profile",
                  options.profile,
                  "How to use an embedder whose file does not say: arcface112, "
                  "arcface112-imagenet, facenet160, facenet160-prewhiten, "
                  "compreface")
      ->type_name("NAME");
  command
      .add_option("--precision",
                  options.precision,
                  "Arithmetic of the embedder: fp32, bf16, int8 or auto")
      ->check(CLI::IsMember({"fp32", "bf16", "int8", "auto"}))
      ->capture_default_str()
      ->type_name("P");
  command.add_flag("--flip",
                   options.flip,
                   "Average with the mirrored chip: twice the time, a little "
                   "more accurate");
}

void AddPictureInputs(CLI::App& command, std::vector<std::string>& inputs) {
  command
      .add_option("PICTURE",
                  inputs,
                  "Pictures, folders of them, or patterns like 'photos/*.jpg'")
      ->required();
}

Parallelism SpreadOver(int num_pictures, int num_threads) {
  const int workers = std::clamp(num_pictures, 1, num_threads);
  return {workers, std::max(1, num_threads / workers)};
}

}  // namespace mien::cli
