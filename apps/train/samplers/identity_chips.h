// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace mien::train {

/// The chips of each identity.
class IdentityChips {
 public:
  /// `labels` is the identity of each chip, -1 for none. Identities with fewer
  /// than `min_chips` chips are left out.
  IdentityChips(std::span<const std::int64_t> labels, std::int64_t min_chips);

  /// Number of identities that are left.
  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(chips_.size());
  }

  /// Chips of the `index`-th identity, ascending; identities are in the order
  /// of their labels.
  [[nodiscard]] const std::vector<std::int64_t>& chips(
      std::int64_t index) const {
    return chips_[static_cast<std::size_t>(index)];
  }

  /// Which identity `chip` is of; -1 for one left out or without label.
  [[nodiscard]] std::int64_t identity_of(std::int64_t chip) const {
    return identity_of_[static_cast<std::size_t>(chip)];
  }

  /// All chips of all identities, ascending.
  [[nodiscard]] std::vector<std::int64_t> AllChips() const;

 private:
  std::vector<std::vector<std::int64_t>> chips_;
  std::vector<std::int64_t> identity_of_;
};

/// Chips without label, ascending.
std::vector<std::int64_t> UnlabelledChips(std::span<const std::int64_t> labels);

}  // namespace mien::train
