// SPDX-License-Identifier: Apache-2.0
//
// How well groups of faces agree with the people they show.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mien/result.h"

namespace mien {

/// Agreement over all pairs of pictures: a pair is found when both are in one
/// group, and mated when both show one person.
struct PairAgreement {
  std::int64_t num_found = 0;
  std::int64_t num_mated = 0;
  std::int64_t num_found_and_mated = 0;

  /// Share of the found pairs that are mated; 1 when none is found.
  [[nodiscard]] double precision() const;

  /// Share of the mated pairs that are found; 1 when none is mated.
  [[nodiscard]] double recall() const;

  /// Harmonic mean of precision and recall.
  [[nodiscard]] double f1() const;
};

/// Compares the group of each picture with the person on it.
///
/// Errors:
/// - kInvalidArgument: not as many groups as people.
Result<PairAgreement> CompareGroups(std::span<const int> group_of_picture,
                                    std::span<const std::string> people);

/// A mixed set of pictures: people in an order that `seed` decides, each with
/// all of their pictures, until there are at least `num_pictures`; the answer
/// are places in `people`, rising. All of them when there are no more.
std::vector<std::size_t> DrawPeople(std::span<const std::string> people,
                                    std::size_t num_pictures,
                                    std::uint32_t seed);

}  // namespace mien
