// SPDX-License-Identifier: Apache-2.0
#include "train/losses/arcface.h"

#include "train/losses/combined_margin.h"

namespace mien::train {

std::unique_ptr<Loss> MakeArcFace(SpecOptions& options,
                                  const LossSetting& setting) {
  MarginOptions parsed;
  parsed.scale = options.Number("scale", 64, {.min = 1});
  parsed.m2 = options.Number("margin", 0.5, {.min = 0, .max = 1.5});
  return MakeMarginLoss(options.owner(), parsed, setting);
}

}  // namespace mien::train
