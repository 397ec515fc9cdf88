// SPDX-License-Identifier: Apache-2.0
#include "eval/clustering.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <random>
#include <string_view>
#include <utility>

namespace mien {
namespace {

std::int64_t PairsAmong(std::int64_t count) { return count * (count - 1) / 2; }

/// How many pairs have equal keys.
template <typename Key>
std::int64_t NumEqualPairs(const std::map<Key, std::int64_t>& counts) {
  std::int64_t num_pairs = 0;
  for (const auto& [key, count] : counts) {
    num_pairs += PairsAmong(count);
  }
  return num_pairs;
}

double ShareOrOne(std::int64_t count, std::int64_t total) {
  return total == 0 ? 1.0
                    : static_cast<double>(count) / static_cast<double>(total);
}

}  // namespace

double PairAgreement::precision() const {
  return ShareOrOne(num_found_and_mated, num_found);
}

double PairAgreement::recall() const {
  return ShareOrOne(num_found_and_mated, num_mated);
}

double PairAgreement::f1() const {
  return ShareOrOne(2 * num_found_and_mated, num_found + num_mated);
}

Result<PairAgreement> CompareGroups(std::span<const int> group_of_picture,
                                    std::span<const std::string> people) {
  if (group_of_picture.size() != people.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(group_of_picture.size()) + " groups for " +
                     std::to_string(people.size()) +
                     " pictures; must be as many"};
  }
  std::map<int, std::int64_t> by_group;
  std::map<std::string_view, std::int64_t> by_person;
  std::map<std::pair<int, std::string_view>, std::int64_t> by_both;
  for (std::size_t i = 0; i < people.size(); ++i) {
    ++by_group[group_of_picture[i]];
    ++by_person[people[i]];
    ++by_both[{group_of_picture[i], people[i]}];
  }
  return PairAgreement{NumEqualPairs(by_group),
                       NumEqualPairs(by_person),
                       NumEqualPairs(by_both)};
}

std::vector<std::size_t> DrawPeople(std::span<const std::string> people,
                                    std::size_t num_pictures,
                                    std::uint32_t seed) {
  std::map<std::string_view, std::vector<std::size_t>> by_person;
  for (std::size_t i = 0; i < people.size(); ++i) {
    by_person[people[i]].push_back(i);
  }
  std::vector<std::vector<std::size_t>> order;
  for (auto& [person, places] : by_person) {
    order.push_back(std::move(places));
  }
  std::mt19937 random(seed);
  // std::shuffle differs between standard libraries.
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random() % i]);
  }
  std::vector<std::size_t> drawn;
  for (const auto& places : order) {
    if (drawn.size() >= num_pictures) {
      break;
    }
    drawn.insert(drawn.end(), places.begin(), places.end());
  }
  std::ranges::sort(drawn);
  return drawn;
}

}  // namespace mien
