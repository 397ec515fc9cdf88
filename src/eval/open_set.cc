// SPDX-License-Identifier: Apache-2.0
#include "eval/open_set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "gallery/fusion.h"
#include "match/calibrate.h"

namespace mien {
namespace {

using Pictures = std::span<const LabelledEmbedding>;

constexpr float kNobody = -std::numeric_limits<float>::infinity();

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

/// Somebody who is enrolled.
struct EnrolledPerson {
  std::string name;
  std::vector<std::size_t> templates;  ///< indices of pictures
  float centroid_length = 0.0F;
};

/// Length of the mean of the pictures' embeddings, each taken at length 1.
float CentroidLength(Pictures pictures,
                     std::span<const std::size_t> templates) {
  std::vector<double> mean(pictures[templates.front()].embedding.size());
  for (const std::size_t i : templates) {
    const auto& vector = pictures[i].embedding;
    const double length = std::sqrt(
        std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
    for (std::size_t j = 0; j < mean.size(); ++j) {
      mean[j] += vector[j] / (length * static_cast<double>(templates.size()));
    }
  }
  return static_cast<float>(std::sqrt(
      std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0)));
}

/// Who is enrolled with what, and the pictures that search.
struct Roles {
  std::vector<EnrolledPerson> enrolled;
  std::vector<std::size_t> mated;
  std::vector<std::size_t> strangers;
};

Roles GiveRoles(Pictures pictures, std::size_t templates_per_person) {
  Roles roles;
  for (const auto& [person, indices] : ByPerson(pictures)) {
    if (indices.size() == 1) {
      roles.strangers.push_back(indices.front());
      continue;
    }
    const auto split =
        indices.begin() + static_cast<std::ptrdiff_t>(std::min(
                              templates_per_person, indices.size() - 1));
    EnrolledPerson enrolled{person, {indices.begin(), split}};
    enrolled.centroid_length = CentroidLength(pictures, enrolled.templates);
    roles.enrolled.push_back(std::move(enrolled));
    roles.mated.insert(roles.mated.end(), split, indices.end());
  }
  return roles;
}

/// The person whom a probe is most similar to.
struct Nearest {
  const EnrolledPerson* person = nullptr;
  float similarity = kNobody;

  /// The place of the probe's own person, 1 when nobody is more similar.
  int own_rank = 1;
};

/// One for each of `fusions`.
std::vector<Nearest> FindNearest(Pictures pictures,
                                 std::span<const EnrolledPerson> enrolled,
                                 std::size_t probe,
                                 std::span<const Fusion> fusions) {
  std::vector<Nearest> nearest(fusions.size());
  std::vector<std::vector<float>> others(fusions.size());
  std::vector<float> own(fusions.size(), kNobody);
  std::vector<float> similarities;
  for (const EnrolledPerson& person : enrolled) {
    similarities.clear();
    for (const std::size_t i : person.templates) {
      similarities.push_back(
          CosineSimilarity(pictures[probe].embedding, pictures[i].embedding));
    }
    for (std::size_t f = 0; f < fusions.size(); ++f) {
      const float similarity =
          Fuse(fusions[f], similarities, person.centroid_length);
      if (similarity > nearest[f].similarity) {
        nearest[f] = {&person, similarity};
      }
      if (person.name == pictures[probe].person) {
        own[f] = similarity;
      } else {
        others[f].push_back(similarity);
      }
    }
  }
  for (std::size_t f = 0; f < fusions.size(); ++f) {
    nearest[f].own_rank += static_cast<int>(std::ranges::count_if(
        others[f], [&](float similarity) { return similarity > own[f]; }));
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

std::vector<double> CumulativeMatches(std::span<const int> ranks,
                                      int max_rank) {
  std::vector<double> shares;
  for (int rank = 1; rank <= max_rank; ++rank) {
    shares.push_back(
        ShareOf(static_cast<std::size_t>(std::ranges::count_if(
                    ranks, [rank](int one) { return one <= rank; })),
                ranks.size()));
  }
  return shares;
}

std::vector<RocPoint> FnirOverFpir(const OpenSetSearches& searches) {
  return RocCurve(searches.right_first, searches.strangers);
}

Result<std::vector<OpenSetSearches>> SearchOpenSet(
    Pictures pictures,
    std::size_t templates_per_person,
    std::span<const Fusion> fusions) {
  const Roles roles = GiveRoles(pictures, templates_per_person);
  if (roles.enrolled.empty() || roles.strangers.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 roles.enrolled.empty()
                     ? "nobody has two pictures, so nobody can be found again"
                     : "everybody has several pictures, so there are no "
                       "strangers to search with"};
  }
  std::vector<OpenSetSearches> searches(fusions.size());
  std::size_t num_templates = 0;
  for (const EnrolledPerson& person : roles.enrolled) {
    num_templates += person.templates.size();
  }
  for (OpenSetSearches& search : searches) {
    search.num_enrolled = static_cast<int>(roles.enrolled.size());
    search.num_templates = static_cast<int>(num_templates);
  }
  for (const std::size_t probe : roles.mated) {
    const auto nearest = FindNearest(pictures, roles.enrolled, probe, fusions);
    for (std::size_t f = 0; f < fusions.size(); ++f) {
      const bool is_right = nearest[f].person->name == pictures[probe].person;
      searches[f].right_first.push_back(is_right ? nearest[f].similarity
                                                 : kNobody);
      searches[f].ranks.push_back(nearest[f].own_rank);
    }
  }
  for (const std::size_t probe : roles.strangers) {
    const auto nearest = FindNearest(pictures, roles.enrolled, probe, fusions);
    for (std::size_t f = 0; f < fusions.size(); ++f) {
      searches[f].strangers.push_back(nearest[f].similarity);
    }
  }
  return searches;
}

Result<OpenSetSearches> SearchOpenSet(Pictures pictures) {
  constexpr std::array kFusions = {Fusion::kMax};
  MIEN_ASSIGN_OR_RETURN(auto searches, SearchOpenSet(pictures, 1, kFusions));
  return std::move(searches.front());
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

namespace {

/// The people of the first half, by name, and those of the second.
std::array<std::vector<LabelledEmbedding>, 2> HalvesOf(Pictures pictures) {
  const auto people = ByPerson(pictures);
  std::array<std::vector<LabelledEmbedding>, 2> halves;
  std::size_t place = 0;
  for (const auto& [person, indices] : people) {
    auto& half = halves.at(2 * place++ < people.size() ? 0 : 1);
    for (const std::size_t i : indices) {
      half.push_back(pictures[i]);
    }
  }
  return halves;
}

/// What came of `stated_fpir` in `searches` by a calibrated model.
Result<std::vector<PromisedRate>> CheckPromises(
    const OpenSetSearches& searches,
    Fusion fusion,
    const ModelContract& contract,
    std::span<const double> stated_fpir) {
  std::vector<PromisedRate> promised;
  for (const double fpir : stated_fpir) {
    MIEN_ASSIGN_OR_RETURN(
        const IdentifyThresholds thresholds,
        ChooseThresholds(
            contract,
            IdentifyOptions{.fpir = fpir, .possible_fpir = std::max(fpir, 0.1)},
            NumComparisons(fusion,
                           static_cast<std::size_t>(searches.num_enrolled),
                           static_cast<std::size_t>(searches.num_templates))));
    promised.push_back({fpir,
                        searches.FpirAt(thresholds.match),
                        searches.FnirAt(thresholds.match),
                        thresholds});
  }
  return promised;
}

}  // namespace

Result<std::vector<std::vector<PromisedRate>>> CheckCalibration(
    Pictures pictures,
    std::span<const double> stated_fpir,
    std::size_t templates_per_person,
    std::span<const Fusion> fusions) {
  const auto [first_half, second_half] = HalvesOf(pictures);
  MIEN_ASSIGN_OR_RETURN(const auto rates,
                        MeasureCalibration(NonMatedSimilarities(first_half)));
  ModelContract contract;
  for (const MeasuredRate& rate : rates) {
    contract.calibration.push_back(rate.point);
  }
  MIEN_ASSIGN_OR_RETURN(
      const auto searches,
      SearchOpenSet(second_half, templates_per_person, fusions));
  std::vector<std::vector<PromisedRate>> promised;
  for (std::size_t f = 0; f < fusions.size(); ++f) {
    MIEN_ASSIGN_OR_RETURN(
        auto rates_of_fusion,
        CheckPromises(searches[f], fusions[f], contract, stated_fpir));
    promised.push_back(std::move(rates_of_fusion));
  }
  return promised;
}

Result<std::vector<PromisedRate>> CheckCalibration(
    Pictures pictures, std::span<const double> stated_fpir) {
  constexpr std::array kFusions = {Fusion::kMax};
  MIEN_ASSIGN_OR_RETURN(auto promised,
                        CheckCalibration(pictures, stated_fpir, 1, kFusions));
  return std::move(promised.front());
}

}  // namespace mien
