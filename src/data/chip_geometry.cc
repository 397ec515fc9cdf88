// SPDX-License-Identifier: Apache-2.0
#include "data/chip_geometry.h"

#include <cmath>
#include <cstddef>
#include <string>

#include "align/similarity_transform.h"
#include "align/templates.h"
#include "core/check.h"
#include "image/warp.h"

namespace mien {
namespace {

constexpr int kMinTemplate = 16;
constexpr int kMaxSide = 1024;

Error OutOfRange(const char* field, int value, int least) {
  return {ErrorCode::kInvalidArgument,
          std::string(field) + " is " + std::to_string(value) +
              "; must be in [" + std::to_string(least) + ", " +
              std::to_string(kMaxSide) + "]"};
}

}  // namespace

Result<void> ChipGeometry::Validate() const {
  if (template_px < kMinTemplate || template_px > kMaxSide) {
    return OutOfRange("template_px", template_px, kMinTemplate);
  }
  if (margin_px < 0 || margin_px > kMaxSide) {
    return OutOfRange("margin_px", margin_px, 0);
  }
  return {};
}

Landmarks StoredTemplate(const ChipGeometry& geometry) {
  Landmarks points =
      ArcFaceTemplate(geometry.template_px, geometry.template_px);
  for (Point& p : points) {
    p.x += static_cast<float>(geometry.margin_px);
    p.y += static_cast<float>(geometry.margin_px);
  }
  return points;
}

Result<Affine> ChipFromImage(const Landmarks& landmarks,
                             const ChipGeometry& geometry) {
  MIEN_ASSIGN_OR_RETURN(
      const Affine chip_from_image,
      SimilarityTransform(landmarks, StoredTemplate(geometry)));
  // Detectors and template count from pixel centres.
  return CornersFromCentres(chip_from_image);
}

Affine NetworkFromChip(const ChipGeometry& geometry, int network_px) {
  // Both templates are the same five points, scaled and moved.
  const auto network_from_chip = SimilarityTransform(
      StoredTemplate(geometry), ArcFaceTemplate(network_px, network_px));
  MIEN_CHECK(network_from_chip);
  return CornersFromCentres(*network_from_chip);
}

Result<Image> CutStoredChip(const Image& image,
                            const Landmarks& landmarks,
                            const ChipGeometry& geometry) {
  MIEN_ASSIGN_OR_RETURN(const Affine chip_from_image,
                        ChipFromImage(landmarks, geometry));
  return WarpAffine(
      image, chip_from_image, geometry.chip_px(), geometry.chip_px());
}

Image NetworkChip(const Image& stored,
                  const ChipGeometry& geometry,
                  int network_px) {
  return WarpAffine(
      stored, NetworkFromChip(geometry, network_px), network_px, network_px);
}

ChipFit MeasureFit(const Landmarks& landmarks,
                   const Affine& chip_from_image,
                   const ChipGeometry& geometry,
                   int width,
                   int height) {
  ChipFit fit;
  const Landmarks wanted = StoredTemplate(geometry);
  double sum = 0.0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Point p =
        chip_from_image.Apply({landmarks[i].x + 0.5F, landmarks[i].y + 0.5F});
    sum += std::pow(p.x - 0.5F - wanted[i].x, 2) +
           std::pow(p.y - 0.5F - wanted[i].y, 2);
  }
  constexpr double kBaseSide = 112;
  fit.landmark_error_px =
      static_cast<float>(std::sqrt(sum / static_cast<double>(wanted.size())) *
                         kBaseSide / geometry.template_px);

  constexpr int kGrid = 16;
  const Affine image_from_chip = Inverse(chip_from_image);
  int inside = 0;
  for (int i = 0; i < kGrid * kGrid; ++i) {
    const auto at = [&](int cell) {
      return static_cast<float>(geometry.margin_px) +
             (static_cast<float>(cell) + 0.5F) / kGrid *
                 static_cast<float>(geometry.template_px);
    };
    const Point p = image_from_chip.Apply({at(i % kGrid), at(i / kGrid)});
    inside += p.x >= 0 && p.y >= 0 && p.x < static_cast<float>(width) &&
                      p.y < static_cast<float>(height)
                  ? 1
                  : 0;
  }
  fit.covered = static_cast<float>(inside) / (kGrid * kGrid);
  return fit;
}

}  // namespace mien
