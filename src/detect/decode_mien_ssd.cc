// SPDX-License-Identifier: Apache-2.0
#include "detect/decode_priors.h"
#include "detect/ssd_family.h"

namespace mien {

Result<std::vector<Detection>> DecodeMienSsd(std::span<const NetOutput> outputs,
                                             const SsdQuery& query) {
  return DecodePriors(outputs, nets::FaceSsdPriors(), query);
}

}  // namespace mien
