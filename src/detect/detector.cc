// SPDX-License-Identifier: Apache-2.0
#include "mien/detector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "detect/face_finder.h"
#include "detect/mtcnn.h"
#include "detect/retries.h"
#include "detect/single_shot.h"

namespace mien {
namespace {

constexpr int kMinFacePx = 12;  // the receptive field of P-Net
constexpr int kMaxPaddingPercent = 400;

Error OutOfRange(const char* field,
                 const std::string& value,
                 const char* range) {
  return {ErrorCode::kInvalidArgument,
          std::string(field) + " is " + value + "; must be " + range};
}

// A finder behind the public interface.
class RetryingDetector : public Detector {
 public:
  RetryingDetector(std::unique_ptr<FaceFinder> finder,
                   const DetectorOptions& options)
      : finder_(std::move(finder)), options_(options) {}

  Result<std::vector<Detection>> Detect(const Image& image) const override {
    if (image.empty()) {
      return Error{ErrorCode::kInvalidImage, "picture has no pixels"};
    }
    return FindWithRetries(*finder_, image, options_);
  }

  [[nodiscard]] bool has_landmarks() const override {
    return finder_->has_landmarks();
  }

  [[nodiscard]] std::string name() const override { return finder_->name(); }

 private:
  std::unique_ptr<FaceFinder> finder_;
  DetectorOptions options_;
};

MtcnnOptions MtcnnOptionsFrom(const DetectorOptions& options) {
  MtcnnOptions mtcnn;
  mtcnn.min_face_px = std::max(options.min_face_px, kMinFacePx);
  mtcnn.num_threads = options.num_threads;
  if (options.score_threshold > 0) {
    mtcnn.thresholds[2] = options.score_threshold;
  }
  return mtcnn;
}

SingleShotOptions SingleShotOptionsFrom(const DetectorOptions& options) {
  return {.min_face_px = options.min_face_px,
          .score_threshold = options.score_threshold,
          .long_side_px = options.input_long_side_px,
          .num_threads = options.num_threads};
}

Result<std::unique_ptr<FaceFinder>> LoadFinder(
    const std::filesystem::path& path, const DetectorOptions& options) {
  if (std::filesystem::is_directory(path)) {
    MIEN_ASSIGN_OR_RETURN(std::unique_ptr<FaceFinder> mtcnn,
                          Mtcnn::Load(path, MtcnnOptionsFrom(options)));
    return mtcnn;
  }
  MIEN_ASSIGN_OR_RETURN(std::unique_ptr<FaceFinder> single_shot,
                        SingleShot::Load(path, SingleShotOptionsFrom(options)));
  return single_shot;
}

}  // namespace

Result<void> DetectorOptions::Validate() const {
  if (min_face_px != 0 && min_face_px < kMinFacePx) {
    return OutOfRange("min_face_px", std::to_string(min_face_px), ">= 12");
  }
  if (!(score_threshold >= 0 && score_threshold <= 1)) {
    return OutOfRange(
        "score_threshold", std::to_string(score_threshold), "in [0, 1]");
  }
  if (max_faces < 0) {
    return OutOfRange("max_faces", std::to_string(max_faces), ">= 0");
  }
  if (close_up_padding_percent < 0 ||
      close_up_padding_percent > kMaxPaddingPercent) {
    return OutOfRange("close_up_padding_percent",
                      std::to_string(close_up_padding_percent),
                      "in [0, 400]");
  }
  if (input_long_side_px < 0) {
    return OutOfRange(
        "input_long_side_px", std::to_string(input_long_side_px), ">= 0");
  }
  if (num_threads < 1) {
    return OutOfRange("num_threads", std::to_string(num_threads), ">= 1");
  }
  return {};
}

Result<std::unique_ptr<Detector>> Detector::Load(
    const std::filesystem::path& path, const DetectorOptions& options) {
  MIEN_RETURN_IF_ERROR(options.Validate());
  if (!std::filesystem::exists(path)) {
    return Error{ErrorCode::kNotFound,
                 path.string() + ": no detector model there"};
  }
  MIEN_ASSIGN_OR_RETURN(std::unique_ptr<FaceFinder> finder,
                        LoadFinder(path, options));
  return std::unique_ptr<Detector>(
      new RetryingDetector(std::move(finder), options));
}

}  // namespace mien
