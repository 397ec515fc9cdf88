// SPDX-License-Identifier: Apache-2.0
#include "train/ranks/group.h"
#include "train/train_error.h"

namespace mien::train {

std::unique_ptr<Group> MakeGroup(const RanksSetting& setting) {
  throw TrainError(RankName(setting) +
                   ": this mien was built without Gloo (Debian: libgloo-dev), "
                   "so it trains on one machine only");
}

}  // namespace mien::train
