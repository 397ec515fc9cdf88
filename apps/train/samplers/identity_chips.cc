// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/identity_chips.h"

#include <map>
#include <utility>

namespace mien::train {

IdentityChips::IdentityChips(std::span<const std::int64_t> labels,
                             std::int64_t min_chips)
    : identity_of_(labels.size(), -1) {
  std::map<std::int64_t, std::vector<std::int64_t>> by_label;
  for (std::size_t chip = 0; chip < labels.size(); ++chip) {
    if (labels[chip] < 0) continue;
    by_label[labels[chip]].push_back(static_cast<std::int64_t>(chip));
  }
  for (auto& [label, chips] : by_label) {
    if (static_cast<std::int64_t>(chips.size()) < min_chips) continue;
    for (const std::int64_t chip : chips) {
      identity_of_[static_cast<std::size_t>(chip)] = size();
    }
    chips_.push_back(std::move(chips));
  }
}

std::vector<std::int64_t> IdentityChips::AllChips() const {
  std::vector<std::int64_t> all;
  for (std::size_t chip = 0; chip < identity_of_.size(); ++chip) {
    if (identity_of_[chip] >= 0) all.push_back(static_cast<std::int64_t>(chip));
  }
  return all;
}

std::vector<std::int64_t> UnlabelledChips(
    std::span<const std::int64_t> labels) {
  std::vector<std::int64_t> all;
  for (std::size_t chip = 0; chip < labels.size(); ++chip) {
    if (labels[chip] < 0) all.push_back(static_cast<std::int64_t>(chip));
  }
  return all;
}

}  // namespace mien::train
