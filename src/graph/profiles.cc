// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "mien/model.h"

namespace mien {
namespace {

ModelContract Embedder(std::string_view name, int side_px) {
  ModelContract contract;
  contract.name = name;
  contract.task = ModelTask::kEmbed;
  contract.input_width = side_px;
  contract.input_height = side_px;
  return contract;
}

/// InsightFace's ArcFace models (recognition/arcface_torch).
ModelContract Arcface112() {
  ModelContract contract = Embedder("arcface112", 112);
  contract.deviation = {127.5F, 127.5F, 127.5F};
  return contract;
}

/// The same chips for networks that want ImageNet's mean and deviation
/// (torchvision), here times 255. The threshold is the one that separates LFW's
/// pairs best for the MobileFaceNet that this profile was made for.
ModelContract Arcface112Imagenet() {
  ModelContract contract = Embedder("arcface112-imagenet", 112);
  contract.mean = {255 * 0.485F, 255 * 0.456F, 255 * 0.406F};
  contract.deviation = {255 * 0.229F, 255 * 0.224F, 255 * 0.225F};
  contract.default_threshold = 0.311F;
  return contract;
}

/// facenet-pytorch: fixed_image_standardization; margin 14 is what its weights
/// were trained with.
ModelContract Facenet160() {
  ModelContract contract = Embedder("facenet160", 160);
  contract.chip_template = ChipTemplate::kFacenetMargin;
  contract.margin_px = 14.0F;
  return contract;
}

/// davidsandberg/facenet, compare.py and the models of 2017.
ModelContract Facenet160Prewhiten() {
  ModelContract contract = Embedder("facenet160-prewhiten", 160);
  contract.pixel_scaling = PixelScaling::kPrewhiten;
  contract.chip_template = ChipTemplate::kDavidSandbergMargin;
  contract.margin_px = 44.0F;
  return contract;
}

/// CompreFace 1.x with its default FaceNet calculator.
ModelContract CompreFace() {
  ModelContract contract = Embedder("compreface", 160);
  contract.pixel_scaling = PixelScaling::kPrewhiten;
  contract.chip_template = ChipTemplate::kCompreFace;
  return contract;
}

using MakeContract = ModelContract (*)();

constexpr std::array<MakeContract, 5> kProfiles = {Arcface112,
                                                   Arcface112Imagenet,
                                                   Facenet160,
                                                   Facenet160Prewhiten,
                                                   CompreFace};

}  // namespace

Result<ModelContract> ProfileContract(std::string_view profile) {
  std::string names;
  for (const MakeContract make : kProfiles) {
    ModelContract contract = make();
    if (contract.name == profile) {
      return contract;
    }
    names += (names.empty() ? "" : ", ") + contract.name;
  }
  return Error{
      ErrorCode::kInvalidArgument,
      "profile is '" + std::string(profile) + "'; must be one of " + names};
}

}  // namespace mien
