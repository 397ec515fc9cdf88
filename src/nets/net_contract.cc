// SPDX-License-Identifier: Apache-2.0
#include "nets/net_contract.h"

namespace mien::nets {

ModelContract EmbedderContract(std::string_view name,
                               int input_px,
                               int embedding_size) {
  ModelContract contract;
  contract.name = name;
  contract.task = ModelTask::kEmbed;
  contract.input_width = input_px;
  contract.input_height = input_px;
  contract.chip_template = ChipTemplate::kArcFace;
  contract.embedding_size = embedding_size;
  return contract;
}

ModelContract DetectorContract(std::string_view name,
                               int input_width,
                               int input_height,
                               std::string_view family) {
  ModelContract contract;
  contract.name = name;
  contract.task = ModelTask::kDetect;
  contract.input_width = input_width;
  contract.input_height = input_height;
  contract.detector_family = family;
  return contract;
}

}  // namespace mien::nets
