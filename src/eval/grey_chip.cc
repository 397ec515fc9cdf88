// SPDX-License-Identifier: Apache-2.0
#include "eval/grey_chip.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mien {

ModelContract HandcraftedContract(std::string_view name, int side) {
  ModelContract contract;
  contract.name = name;
  contract.task = ModelTask::kEmbed;
  contract.input_width = side;
  contract.input_height = side;
  contract.chip_template = ChipTemplate::kArcFace;
  return contract;
}

std::vector<float> LumaOf(const Image& image) {
  const std::span<const std::uint8_t> pixels = image.pixels();
  std::vector<float> luma(pixels.size() / 3);
  for (std::size_t i = 0; i < luma.size(); ++i) {
    luma[i] = 0.299F * pixels[3 * i] + 0.587F * pixels[3 * i + 1] +
              0.114F * pixels[3 * i + 2];
  }
  return luma;
}

Result<void> CheckChipSize(const Image& chip, int side) {
  if (chip.width() == side && chip.height() == side) {
    return {};
  }
  const std::string expected = std::to_string(side);
  return Error{ErrorCode::kInvalidImage,
               "chip is " + std::to_string(chip.width()) + " x " +
                   std::to_string(chip.height()) + "; must be " + expected +
                   " x " + expected};
}

}  // namespace mien
