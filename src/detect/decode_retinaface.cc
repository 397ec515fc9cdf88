// SPDX-License-Identifier: Apache-2.0
//
// RetinaFace (Deng et al. 2019, arXiv:1905.00641) as Pytorch_Retinaface exports
// it: three outputs over all priors of strides 8, 16 and 32.
#include "detect/decode_priors.h"
#include "detect/ssd_family.h"

namespace mien {

bool IsRetinaFace(std::span<const ValueInfo> outputs) {
  return outputs.size() == 3 && OnlyOutputWithColumns(outputs, 2) >= 0 &&
         OnlyOutputWithColumns(outputs, 4) >= 0 &&
         OnlyOutputWithColumns(outputs, 10) >= 0;
}

Result<std::vector<Detection>> DecodeRetinaFace(
    std::span<const NetOutput> outputs, const SsdQuery& query) {
  const std::vector<nets::PriorLevel> levels = {
      {.stride_px = 8, .sizes_px = {16, 32}},
      {.stride_px = 16, .sizes_px = {64, 128}},
      {.stride_px = 32, .sizes_px = {256, 512}}};
  return DecodePriors(outputs, levels, query);
}

}  // namespace mien
