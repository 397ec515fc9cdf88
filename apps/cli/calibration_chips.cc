// SPDX-License-Identifier: Apache-2.0
#include "calibration_chips.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "data/chip_geometry.h"
#include "data/dataset.h"
#include "image/resize.h"
#include "inputs.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFewestChips = 4;

/// `count` of `total` indices, evenly spread.
std::vector<std::size_t> Spread(std::size_t count, std::size_t total) {
  count = std::min(count, total);
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; ++i) {
    indices.push_back(i * total / count);
  }
  return indices;
}

Result<CalibrationChips> FromDataset(const ChipDataset& dataset,
                                     std::size_t count,
                                     int side_px) {
  CalibrationChips result;
  for (const std::size_t i : Spread(count, dataset.size())) {
    MIEN_ASSIGN_OR_RETURN(const Image stored, dataset.Decode(i));
    result.chips.push_back(NetworkChip(stored, dataset.geometry(), side_px));
  }
  return result;
}

Result<CalibrationChips> FromPictures(const std::vector<fs::path>& pictures,
                                      std::size_t count,
                                      const ModelContract& contract) {
  CalibrationChips result;
  for (const std::size_t i : Spread(count, pictures.size())) {
    MIEN_ASSIGN_OR_RETURN(DecodedImage decoded, LoadImage(pictures[i]));
    Image& image = decoded.image;
    if (image.width() != contract.input_width ||
        image.height() != contract.input_height) {
      image = ResizeBilinearAntialias(image,
                                      {0, 0, image.width(), image.height()},
                                      contract.input_width,
                                      contract.input_height);
      ++result.num_scaled;
    }
    result.chips.push_back(std::move(image));
  }
  return result;
}

Result<CalibrationChips> Load(const std::string& source,
                              std::size_t count,
                              const ModelContract& contract) {
  const Result<ChipDataset> dataset = ChipDataset::Open(source);
  if (dataset) {
    return FromDataset(*dataset, count, contract.input_width);
  }
  if (dataset.error().code != ErrorCode::kNotFound) {
    return dataset.error();
  }
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(std::vector{source}));
  return FromPictures(pictures, count, contract);
}

}  // namespace

Result<CalibrationChips> LoadCalibrationChips(const std::string& source,
                                              std::size_t count,
                                              const ModelContract& contract) {
  MIEN_ASSIGN_OR_RETURN(CalibrationChips result, Load(source, count, contract));
  if (result.chips.size() < kFewestChips) {
    return Error{ErrorCode::kInvalidArgument,
                 source + " has " + std::to_string(result.chips.size()) +
                     " chips; calibration needs 4 at least, 256 are good"};
  }
  return result;
}

Result<std::vector<std::vector<float>>> LoadCalibrationPictures(
    const std::string& source,
    std::size_t count,
    const ModelContract& contract,
    const InputExtent& extent) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(std::vector{source}));
  if (pictures.size() < kFewestChips) {
    return Error{ErrorCode::kInvalidArgument,
                 source + " has " + std::to_string(pictures.size()) +
                     " pictures; calibration needs 4 at least, 64 are good"};
  }
  const auto pixels = static_cast<std::size_t>(extent.width) *
                      static_cast<std::size_t>(extent.height);
  std::vector<std::vector<float>> inputs;
  for (const std::size_t i : Spread(count, pictures.size())) {
    MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(pictures[i]));
    std::vector<float>& input = inputs.emplace_back(3 * pixels);
    FitToPlanar(decoded.image,
                extent.width,
                extent.height,
                FitMode::kLetterbox,
                NormalizationOf(contract),
                DensePlanes(input.data(), extent.width, extent.height));
  }
  return inputs;
}

}  // namespace mien::cli
