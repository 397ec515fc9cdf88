// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "match/assignment.h"
#include "mien/identifier.h"

namespace mien {
namespace {

/// The rate that one comparison may have so that `num_comparisons` of them have
/// `fpir` together. Written with log1p and expm1: both are tiny.
double ComparisonRate(double fpir, std::size_t num_comparisons) {
  const auto count =
      static_cast<double>(std::max<std::size_t>(num_comparisons, 1));
  return -std::expm1(std::log1p(-fpir) / count);
}

/// A similarity on the curve prolonged beyond its last point, along the slope
/// that it has in log(fmr) over its last decade.
float Extrapolate(std::span<const CalibrationPoint> curve, double fmr) {
  const CalibrationPoint& last = curve.back();
  const auto decade_before = std::find_if(
      curve.rbegin(), curve.rend(), [&](const CalibrationPoint& point) {
        return point.fmr >= 10.0 * last.fmr;
      });
  if (last.fmr <= 0.0 || decade_before == curve.rend()) {
    return last.cosine_similarity;
  }
  const double slope =
      (last.cosine_similarity - decade_before->cosine_similarity) /
      std::log(decade_before->fmr / last.fmr);
  const double similarity =
      last.cosine_similarity + slope * std::log(last.fmr / fmr);
  return static_cast<float>(std::min(similarity, 1.0));
}

struct Threshold {
  float similarity = 0.0F;
  bool is_extrapolated = false;
};

Result<Threshold> ThresholdAt(const ModelContract& contract, double fmr) {
  if (fmr < contract.calibration.back().fmr) {
    return Threshold{Extrapolate(contract.calibration, fmr), true};
  }
  MIEN_ASSIGN_OR_RETURN(
      const VerifyThresholds verify,
      ChooseThresholds(contract,
                       VerifyOptions{.fmr = fmr, .possible_fmr = fmr}));
  return Threshold{verify.match, false};
}

/// All subjects that faces claim with enough similarity, each once.
std::vector<std::int64_t> ClaimedSubjects(
    std::span<const std::vector<Candidate>> candidates_of_face,
    float threshold) {
  std::vector<std::int64_t> subjects;
  for (const auto& candidates : candidates_of_face) {
    for (const Candidate& candidate : candidates) {
      if (candidate.cosine_similarity >= threshold) {
        subjects.push_back(candidate.subject_id);
      }
    }
  }
  std::ranges::sort(subjects);
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  return subjects;
}

/// For each face the subject it is given, if any.
std::vector<std::optional<std::int64_t>> GiveSubjects(
    std::span<const std::vector<Candidate>> candidates_of_face,
    float threshold) {
  const auto subjects = ClaimedSubjects(candidates_of_face, threshold);
  std::vector<float> gains(candidates_of_face.size() * subjects.size());
  for (std::size_t face = 0; face < candidates_of_face.size(); ++face) {
    for (const Candidate& candidate : candidates_of_face[face]) {
      const auto found =
          std::ranges::lower_bound(subjects, candidate.subject_id);
      if (found != subjects.end() && *found == candidate.subject_id) {
        // Just above 0 at the threshold itself, which passes.
        gains[face * subjects.size() +
              static_cast<std::size_t>(found - subjects.begin())] =
            candidate.cosine_similarity - std::nextafter(threshold, -2.0F);
      }
    }
  }
  std::vector<std::optional<std::int64_t>> given;
  for (const std::optional<int>& column :
       BestAssignment(gains,
                      static_cast<int>(candidates_of_face.size()),
                      static_cast<int>(subjects.size()))) {
    given.push_back(
        column ? std::optional(subjects[static_cast<std::size_t>(*column)])
               : std::nullopt);
  }
  return given;
}

}  // namespace

Result<void> IdentifyOptions::Validate() const {
  // The rates have the same ranges as those of verification.
  const VerifyOptions rates{
      .fmr = fpir, .possible_fmr = possible_fpir, .threshold = threshold};
  if (auto valid = rates.Validate(); !valid) {
    std::string message = valid.error().message;
    for (std::size_t at = 0; (at = message.find("fmr", at)) != message.npos;
         at += 4) {
      message.replace(at, 3, "fpir");
    }
    return Error{ErrorCode::kInvalidArgument, message};
  }
  if (max_candidates < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "max_candidates is " + std::to_string(max_candidates) +
                     "; must be >= 1"};
  }
  return {};
}

Result<IdentifyThresholds> ChooseThresholds(const ModelContract& contract,
                                            const IdentifyOptions& options,
                                            std::size_t num_comparisons) {
  MIEN_RETURN_IF_ERROR(options.Validate());
  if (contract.calibration.empty() || options.threshold) {
    MIEN_ASSIGN_OR_RETURN(
        const VerifyThresholds verify,
        ChooseThresholds(contract,
                         VerifyOptions{.threshold = options.threshold}));
    IdentifyThresholds thresholds{verify.match, verify.possible};
    if (verify.fmr) {
      thresholds.fpir = -std::expm1(std::log1p(-*verify.fmr) *
                                    static_cast<double>(num_comparisons));
    }
    return thresholds;
  }
  MIEN_ASSIGN_OR_RETURN(
      const Threshold match,
      ThresholdAt(contract, ComparisonRate(options.fpir, num_comparisons)));
  MIEN_ASSIGN_OR_RETURN(
      const Threshold possible,
      ThresholdAt(contract,
                  ComparisonRate(options.possible_fpir, num_comparisons)));
  return IdentifyThresholds{match.similarity,
                            std::min(match.similarity, possible.similarity),
                            options.fpir,
                            match.is_extrapolated};
}

std::vector<Identification> DecideIdentities(
    std::span<const std::vector<Candidate>> candidates_of_face,
    const IdentifyThresholds& thresholds) {
  const auto given = GiveSubjects(candidates_of_face, thresholds.possible);
  std::unordered_map<std::int64_t, std::size_t> face_of_subject;
  for (std::size_t face = 0; face < given.size(); ++face) {
    if (given[face]) {
      face_of_subject[*given[face]] = face;
    }
  }
  std::vector<Identification> identifications(candidates_of_face.size());
  for (std::size_t face = 0; face < given.size(); ++face) {
    Identification& answer = identifications[face];
    for (const Candidate& candidate : candidates_of_face[face]) {
      const auto owner = face_of_subject.find(candidate.subject_id);
      if (owner == face_of_subject.end() || owner->second == face) {
        answer.candidates.push_back(candidate);
      }
    }
    if (!given[face]) {
      continue;
    }
    const auto chosen = std::ranges::find(
        answer.candidates, *given[face], &Candidate::subject_id);
    std::rotate(answer.candidates.begin(), chosen, std::next(chosen));
    answer.decision =
        Decide(answer.candidates.front().cosine_similarity,
               VerifyThresholds{thresholds.match, thresholds.possible});
  }
  return identifications;
}

}  // namespace mien
