// SPDX-License-Identifier: Apache-2.0
#include "face_pipeline.h"

#include <algorithm>
#include <utility>

namespace mien::server {
namespace {

// What one run of the embedder takes; more costs memory and gains nothing.
constexpr int kMaxBatch = 16;

}  // namespace

FacePipeline::FacePipeline(const Recognizer& recognizer,
                           DecodeOptions limits,
                           int num_cpus,
                           FaceBatcher::Observe observe_batch)
    : recognizer_(&recognizer),
      limits_(limits),
      cpus_(num_cpus),
      batcher_(
          [&recognizer](std::span<const Image> chips) {
            return recognizer.Embed(chips);
          },
          num_cpus,
          kMaxBatch,
          std::move(observe_batch)) {}

Result<DecodedImage> FacePipeline::Decode(std::span<const std::byte> file,
                                          Timings& timings) {
  return OnCpu("decode", timings, [&] { return DecodeImage(file, limits_); });
}

Result<std::vector<Detection>> FacePipeline::Detect(const Image& image,
                                                    const FaceFilter& filter,
                                                    Timings& timings) {
  auto faces =
      OnCpu("detect", timings, [&] { return recognizer_->Detect(image); });
  if (!faces) {
    return faces;
  }
  std::erase_if(*faces, [&](const Detection& face) {
    return face.score < filter.min_score ||
           std::min(face.box.width(), face.box.height()) < filter.min_face_px;
  });
  faces->resize(
      std::min(faces->size(), static_cast<std::size_t>(filter.max_faces)));
  return faces;
}

Result<std::vector<Face>> FacePipeline::Embed(
    const Image& image,
    std::span<const Detection> detections,
    Timings& timings) {
  std::vector<Image> chips;
  for (const Detection& detection : detections) {
    MIEN_ASSIGN_OR_RETURN(Image chip, timings.Measure("align", [&] {
      return recognizer_->Align(image, detection);
    }));
    chips.push_back(std::move(chip));
  }
  MIEN_ASSIGN_OR_RETURN(
      std::vector<Embedding> embeddings,
      timings.Measure("embed", [&] { return batcher_.Run(std::move(chips)); }));
  std::vector<Face> faces;
  for (std::size_t i = 0; i < detections.size(); ++i) {
    faces.push_back({detections[i], std::move(embeddings[i])});
  }
  return faces;
}

Result<std::vector<Face>> FacePipeline::Find(const Image& image,
                                             const FaceFilter& filter,
                                             Timings& timings) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> detections,
                        Detect(image, filter, timings));
  return Embed(image, detections, timings);
}

Result<Face> FacePipeline::FindLargest(const Image& image, Timings& timings) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> detections,
                        Detect(image, {}, timings));
  const auto largest = LargestFace(detections);
  if (!largest) {
    return Error{ErrorCode::kInvalidImage, "no face found"};
  }
  MIEN_ASSIGN_OR_RETURN(
      std::vector<Face> faces,
      Embed(image, std::span(detections).subspan(*largest, 1), timings));
  return std::move(faces.front());
}

}  // namespace mien::server
