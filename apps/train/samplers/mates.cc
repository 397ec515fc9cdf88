// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/mates.h"

#include <string>

#include "train/train_error.h"

namespace mien::train {
namespace {

std::vector<std::int64_t> ChipsWithMate(std::string_view name,
                                        std::span<const std::int64_t> labels) {
  std::vector<std::int64_t> chips = IdentityChips(labels, 2).AllChips();
  if (chips.empty()) {
    throw TrainError(
        std::string(name) +
        ": no identity has two chips; without, there are no mates");
  }
  return chips;
}

}  // namespace

Mates::Mates(std::string_view name,
             std::span<const std::int64_t> labels,
             std::uint64_t seed)
    : identities_(labels, 1), anchors_(ChipsWithMate(name, labels), seed) {
  if (identities_.size() < 2) {
    throw TrainError(std::string(name) +
                     ": there is one identity; must be two or more");
  }
}

std::int64_t Mates::Mate(std::int64_t anchor, RandomStream& random) const {
  const auto& chips = identities_.chips(identities_.identity_of(anchor));
  const auto chosen = static_cast<std::size_t>(
      random.Below(static_cast<std::int64_t>(chips.size()) - 1));
  // The last chip stands in for the anchor, which is left out.
  return chips[chosen] == anchor ? chips.back() : chips[chosen];
}

std::int64_t Mates::NonMate(std::int64_t anchor, RandomStream& random) const {
  std::int64_t identity = random.Below(identities_.size() - 1);
  if (identity >= identities_.identity_of(anchor)) ++identity;
  const auto& chips = identities_.chips(identity);
  return chips[static_cast<std::size_t>(
      random.Below(static_cast<std::int64_t>(chips.size())))];
}

}  // namespace mien::train
