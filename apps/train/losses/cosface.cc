// SPDX-License-Identifier: Apache-2.0
#include "train/losses/cosface.h"

#include "train/losses/combined_margin.h"

namespace mien::train {

std::unique_ptr<Loss> MakeCosFace(SpecOptions& options,
                                  const LossSetting& setting) {
  MarginOptions parsed;
  parsed.scale = options.Number("scale", 64, {.min = 1});
  parsed.m3 = options.Number("margin", 0.4, {.min = 0, .max = 1});
  return MakeMarginLoss(options.owner(), parsed, setting);
}

}  // namespace mien::train
