// SPDX-License-Identifier: Apache-2.0
#include "data/prepare.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/file.h"
#include "core/hash.h"
#include "core/pipeline.h"
#include "data/dataset_writer.h"
#include "mien/image.h"

namespace mien {
namespace {

constexpr std::array<std::pair<FaceChoice, std::string_view>, 3> kChoices = {
    {{FaceChoice::kLargest, "largest"},
     {FaceChoice::kCentral, "central"},
     {FaceChoice::kAll, "all"}}};

/// Hex digits of the hash that go into the index.
constexpr std::size_t kDigestDigits = 16;

/// One picture, ready to be stored or dropped.
struct PreparedPicture {
  std::vector<NewChip> chips;
  std::string drop_reason;  // without chips
};

float DistanceToMiddle(const Box& box, const Image& image) {
  return std::hypot(box.x0 + box.x1 - static_cast<float>(image.width()),
                    box.y0 + box.y1 - static_cast<float>(image.height()));
}

void KeepChosen(std::vector<Detection>& faces,
                const Image& image,
                FaceChoice choice) {
  if (faces.empty() || choice == FaceChoice::kAll) {
    return;
  }
  const auto key = [&](const Detection& face) {
    return choice == FaceChoice::kLargest ? -face.box.area()
                                          : DistanceToMiddle(face.box, image);
  };
  faces = {*std::ranges::min_element(faces, {}, key)};
}

Result<NewChip> CutNewChip(const Image& image,
                           const Detection& face,
                           const PrepareOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const Affine chip_from_image,
                        ChipFromImage(face.landmarks, options.geometry));
  const ChipFit fit = MeasureFit(face.landmarks,
                                 chip_from_image,
                                 options.geometry,
                                 image.width(),
                                 image.height());
  NewChip chip;
  chip.record.score = face.score;
  chip.record.face_px = std::min(face.box.width(), face.box.height());
  chip.record.landmark_error_px = fit.landmark_error_px;
  chip.record.covered = fit.covered;
  MIEN_ASSIGN_OR_RETURN(const Image pixels,
                        CutStoredChip(image, face.landmarks, options.geometry));
  MIEN_ASSIGN_OR_RETURN(chip.jpeg, EncodeJpeg(pixels, options.jpeg_quality));
  return chip;
}

Result<std::vector<NewChip>> CutChips(const PictureSource& source,
                                      const Detector& detector,
                                      const PrepareOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::byte> file,
                        ReadFile(source.path, DecodeOptions().max_bytes));
  MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, DecodeImage(file));
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces,
                        detector.Detect(decoded.image));
  KeepChosen(faces, decoded.image, options.faces);
  const std::string digest = Sha256Hex(file).substr(0, kDigestDigits);
  std::vector<NewChip> chips;
  for (const Detection& face : faces) {
    MIEN_ASSIGN_OR_RETURN(NewChip chip,
                          CutNewChip(decoded.image, face, options));
    chip.record.identity = source.identity;
    chip.record.source = source.path.string();
    chip.record.digest = digest;
    chips.push_back(std::move(chip));
  }
  return chips;
}

PreparedPicture Prepare(const PictureSource& source,
                        const Detector& detector,
                        const PrepareOptions& options) {
  Result<std::vector<NewChip>> chips = CutChips(source, detector, options);
  if (!chips) {
    const std::string& message = chips.error().message;
    const std::string path = source.path.string() + ": ";
    return {{},
            message.starts_with(path) ? message.substr(path.size()) : message};
  }
  if (chips->empty()) {
    return {{}, "no face found"};
  }
  return {std::move(*chips), ""};
}

Result<void> Store(const PictureSource& source,
                   PreparedPicture picture,
                   DatasetWriter& writer,
                   PrepareCounts& counts) {
  if (!picture.chips.empty()) {
    const ChipRecord& record = picture.chips[0].record;
    if (const auto same = writer.FindDigest(record.digest, record.identity)) {
      picture = {{}, "same file as " + *same};
    }
  }
  if (picture.chips.empty()) {
    ++counts.num_dropped;
    return writer.Drop(source.path.string(), picture.drop_reason);
  }
  counts.num_chips += static_cast<std::int64_t>(picture.chips.size());
  return writer.Add(picture.chips);
}

std::vector<PictureSource> NotYetDone(std::span<const PictureSource> sources,
                                      const DatasetWriter& writer) {
  std::vector<PictureSource> rest;
  std::unordered_set<std::string> seen;
  for (const PictureSource& source : sources) {
    const std::string path = source.path.string();
    if (!writer.Has(path) && seen.insert(path).second) {
      rest.push_back(source);
    }
  }
  return rest;
}

}  // namespace

std::string_view FaceChoiceName(FaceChoice choice) {
  return std::ranges::find(
             kChoices, choice, &std::pair<FaceChoice, std::string_view>::first)
      ->second;
}

std::optional<FaceChoice> ParseFaceChoice(std::string_view name) {
  for (const auto& [choice, its_name] : kChoices) {
    if (its_name == name) {
      return choice;
    }
  }
  return std::nullopt;
}

Result<PrepareCounts> PrepareDataset(std::span<const PictureSource> sources,
                                     const Detector& detector,
                                     const std::filesystem::path& folder,
                                     const PrepareOptions& options) {
  if (options.jpeg_quality < 1 || options.jpeg_quality > 100) {
    return Error{ErrorCode::kInvalidArgument,
                 "jpeg_quality is " + std::to_string(options.jpeg_quality) +
                     "; must be in [1, 100]"};
  }
  DatasetInfo info;
  info.geometry = options.geometry;
  info.detector = options.detector_id;
  info.faces = FaceChoiceName(options.faces);
  info.jpeg_quality = options.jpeg_quality;
  MIEN_ASSIGN_OR_RETURN(DatasetWriter writer,
                        DatasetWriter::Open(folder, info));
  const std::vector<PictureSource> rest = NotYetDone(sources, writer);
  const int total = static_cast<int>(rest.size());
  PrepareCounts counts;
  counts.num_done_before = static_cast<std::int64_t>(sources.size()) - total;
  std::atomic<bool> failed = false;
  Result<void> outcome;
  RunInOrder<PreparedPicture>(
      total,
      options.num_threads,
      [&](int i) {
        return failed
                   ? PreparedPicture{}
                   : Prepare(
                         rest[static_cast<std::size_t>(i)], detector, options);
      },
      [&](int i, PreparedPicture picture) {
        if (failed) {
          return;
        }
        outcome = Store(rest[static_cast<std::size_t>(i)],
                        std::move(picture),
                        writer,
                        counts);
        failed = !outcome;
        if (options.progress) {
          options.progress(i + 1, total);
        }
      });
  MIEN_RETURN_IF_ERROR(outcome);
  MIEN_RETURN_IF_ERROR(writer.Finish());
  return counts;
}

}  // namespace mien
