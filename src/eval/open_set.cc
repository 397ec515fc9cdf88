// SPDX-License-Identifier: Apache-2.0
#include "eval/open_set.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>

#include "match/calibrate.h"

namespace mien {
namespace {

using Pictures = std::span<const LabelledEmbedding>;

double ShareOf(std::size_t count, std::size_t total) {
  return total == 0 ? 0.0
                    : static_cast<double>(count) / static_cast<double>(total);
}

/// Indices of each person's pictures, by name.
std::map<std::string, std::vector<std::size_t>> ByPerson(Pictures pictures) {
  std::map<std::string, std::vector<std::size_t>> people;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    people[pictures[i].person].push_back(i);
  }
  return people;
}

struct Nearest {
  std::size_t enrolled = 0;
  float similarity = -std::numeric_limits<float>::infinity();
};

Nearest FindNearest(Pictures pictures,
                    std::span<const std::size_t> enrolled,
                    std::size_t probe) {
  Nearest nearest;
  for (const std::size_t i : enrolled) {
    const float similarity =
        CosineSimilarity(pictures[probe].embedding, pictures[i].embedding);
    if (similarity > nearest.similarity) {
      nearest = {i, similarity};
    }
  }
  return nearest;
}

}  // namespace

double OpenSetSearches::RankOneRate() const {
  return 1.0 - FnirAt(std::numeric_limits<float>::lowest());
}

double OpenSetSearches::FnirAt(float threshold) const {
  const auto missed = std::ranges::count_if(
      right_first, [&](float similarity) { return similarity < threshold; });
  return ShareOf(static_cast<std::size_t>(missed), right_first.size());
}

double OpenSetSearches::FpirAt(float threshold) const {
  const auto named = std::ranges::count_if(
      strangers, [&](float similarity) { return similarity >= threshold; });
  return ShareOf(static_cast<std::size_t>(named), strangers.size());
}

float OpenSetSearches::ThresholdAtFpir(double fpir) const {
  std::vector<float> descending = strangers;
  std::ranges::sort(descending, std::greater<>());
  const auto allowed =
      static_cast<std::size_t>(fpir * static_cast<double>(descending.size()));
  return allowed < descending.size()
             ? std::nextafter(descending[allowed],
                              std::numeric_limits<float>::infinity())
             : -1.0F;
}

Result<OpenSetSearches> SearchOpenSet(Pictures pictures) {
  std::vector<std::size_t> enrolled;
  std::vector<std::size_t> mated;
  std::vector<std::size_t> strangers;
  for (const auto& [person, indices] : ByPerson(pictures)) {
    if (indices.size() == 1) {
      strangers.push_back(indices.front());
    } else {
      enrolled.push_back(indices.front());
      mated.insert(mated.end(), indices.begin() + 1, indices.end());
    }
  }
  if (enrolled.empty() || strangers.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 enrolled.empty()
                     ? "nobody has two pictures, so nobody can be found again"
                     : "everybody has several pictures, so there are no "
                       "strangers to search with"};
  }
  OpenSetSearches searches;
  searches.num_enrolled = static_cast<int>(enrolled.size());
  for (const std::size_t probe : mated) {
    const Nearest nearest = FindNearest(pictures, enrolled, probe);
    searches.right_first.push_back(
        pictures[nearest.enrolled].person == pictures[probe].person
            ? nearest.similarity
            : -std::numeric_limits<float>::infinity());
  }
  for (const std::size_t probe : strangers) {
    searches.strangers.push_back(
        FindNearest(pictures, enrolled, probe).similarity);
  }
  return searches;
}

std::vector<float> NonMatedSimilarities(Pictures pictures) {
  std::vector<float> similarities;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (pictures[i].person != pictures[j].person) {
        similarities.push_back(
            CosineSimilarity(pictures[i].embedding, pictures[j].embedding));
      }
    }
  }
  return similarities;
}

Result<std::vector<PromisedRate>> CheckCalibration(
    Pictures pictures, std::span<const double> stated_fpir) {
  const auto people = ByPerson(pictures);
  std::vector<LabelledEmbedding> first_half;
  std::vector<LabelledEmbedding> second_half;
  std::size_t place = 0;
  for (const auto& [person, indices] : people) {
    auto& half = 2 * place++ < people.size() ? first_half : second_half;
    for (const std::size_t i : indices) {
      half.push_back(pictures[i]);
    }
  }
  MIEN_ASSIGN_OR_RETURN(const auto rates,
                        MeasureCalibration(NonMatedSimilarities(first_half)));
  ModelContract contract;
  for (const MeasuredRate& rate : rates) {
    contract.calibration.push_back(rate.point);
  }
  MIEN_ASSIGN_OR_RETURN(const OpenSetSearches searches,
                        SearchOpenSet(second_half));
  std::vector<PromisedRate> promised;
  for (const double fpir : stated_fpir) {
    MIEN_ASSIGN_OR_RETURN(
        const IdentifyThresholds thresholds,
        ChooseThresholds(
            contract,
            IdentifyOptions{.fpir = fpir, .possible_fpir = std::max(fpir, 0.1)},
            static_cast<std::size_t>(searches.num_enrolled)));
    promised.push_back({fpir,
                        searches.FpirAt(thresholds.match),
                        searches.FnirAt(thresholds.match),
                        thresholds});
  }
  return promised;
}

}  // namespace mien
