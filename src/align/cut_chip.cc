// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "align/chip_rect.h"
#include "align/similarity_transform.h"
#include "align/templates.h"
#include "image/resize.h"
#include "image/warp.h"
#include "mien/aligner.h"

namespace mien {
namespace {

PixelRect RectOf(const Image& image,
                 const Box& box,
                 const ModelContract& contract) {
  switch (contract.chip_template) {
    case ChipTemplate::kFacenetMargin:
      return FacenetMarginRect(box,
                               contract.margin_px,
                               contract.input_width,
                               image.width(),
                               image.height());
    case ChipTemplate::kDavidSandbergMargin:
      return DavidSandbergMarginRect(
          box, contract.margin_px, image.width(), image.height());
    default:
      return CompreFaceRect(box, image.width(), image.height());
  }
}

// All three products resize with a filter that averages when it shrinks. The
// first two call PIL's bilinear; CompreFace's scikit-image blurs with a
// Gaussian of like width instead, a difference of a few levels.
Image CutByBox(const Image& image,
               const Box& box,
               const ModelContract& contract) {
  const PixelRect rect = RectOf(image, box, contract);
  if (rect.width() <= 0 || rect.height() <= 0) {
    return {contract.input_width, contract.input_height};
  }
  return ResizeBilinearAntialias(
      image, rect, contract.input_width, contract.input_height);
}

Result<Image> CutByLandmarks(const Image& image,
                             const Landmarks& landmarks,
                             const ModelContract& contract) {
  const int width = contract.input_width;
  const int height = contract.input_height;
  MIEN_ASSIGN_OR_RETURN(
      const Affine chip_from_image,
      SimilarityTransform(landmarks, ArcFaceTemplate(width, height)));
  // Detectors and template count from pixel centres.
  return WarpAffine(image, CornersFromCentres(chip_from_image), width, height);
}

}  // namespace

Result<Image> CutChip(const Image& image,
                      const Detection& face,
                      const ModelContract& contract) {
  if (contract.input_width < 1 || contract.input_height < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "contract of \"" + contract.name +
                     "\" states no input size; chips need one"};
  }
  if (contract.chip_template == ChipTemplate::kArcFace) {
    return CutByLandmarks(image, face.landmarks, contract);
  }
  return CutByBox(image, face.box, contract);
}

}  // namespace mien
