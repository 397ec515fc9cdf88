// SPDX-License-Identifier: Apache-2.0
//
// RetinaFace (Deng et al. 2019, arXiv:1905.00641) as Pytorch_Retinaface exports
// it: three outputs over all priors of strides 8, 16 and 32. Its small
// relatives of the same form (RFB and slim nets with landmarks) stand on
// UltraFace's priors, which their number of rows tells.
#include "detect/decode_priors.h"
#include "detect/ssd_family.h"

namespace mien {
namespace {

// Pytorch_Retinaface, data/config.py: min_sizes and steps.
std::vector<nets::PriorLevel> RetinaFacePriors() {
  return {{.stride_px = 8, .sizes_px = {16, 32}},
          {.stride_px = 16, .sizes_px = {64, 128}},
          {.stride_px = 32, .sizes_px = {256, 512}}};
}

// Ultra-Light-Fast-Generic-Face-Detector-1MB, vision/ssd/config/fd_config.py:
// min_boxes and the strides of an input of 320 x 240.
std::vector<nets::PriorLevel> UltraFacePriors() {
  return {{.stride_px = 8, .sizes_px = {10, 16, 24}},
          {.stride_px = 16, .sizes_px = {32, 48}},
          {.stride_px = 32, .sizes_px = {64, 96}},
          {.stride_px = 64, .sizes_px = {128, 192, 256}}};
}

bool StandsOn(std::span<const nets::PriorLevel> levels,
              std::span<const NetOutput> outputs,
              const SsdQuery& query) {
  const auto priors = nets::GeneratePriors(levels, query.width, query.height);
  return !outputs.empty() && outputs.front().rows() == priors.size();
}

}  // namespace

bool IsRetinaFace(std::span<const ValueInfo> outputs) {
  return outputs.size() == 3 && OnlyOutputOverPriors(outputs, 2) >= 0 &&
         OnlyOutputOverPriors(outputs, 4) >= 0 &&
         OnlyOutputOverPriors(outputs, 10) >= 0;
}

Result<std::vector<Detection>> DecodeRetinaFace(
    std::span<const NetOutput> outputs, const SsdQuery& query) {
  if (StandsOn(UltraFacePriors(), outputs, query)) {
    return DecodePriors(outputs, UltraFacePriors(), query);
  }
  return DecodePriors(outputs, RetinaFacePriors(), query);
}

}  // namespace mien
