// SPDX-License-Identifier: Apache-2.0
//
// Says who the faces of a picture are, out of a gallery, or that they are not
// in it. The pure decisions; mien/gallery.h keeps the people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mien/matcher.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// How sure an identification must be. All fields have working defaults.
struct IdentifyOptions {
  /// False positive identification rate that `kMatch` may have, in (0, 1): of
  /// all faces of people who are not enrolled, the share that is given a name.
  double fpir = 0.01;

  /// The same for `kPossible`, >= fpir.
  double possible_fpir = 0.1;

  /// Cosine similarity in [-1, 1] to use instead of what `fpir` leads to.
  std::optional<float> threshold = std::nullopt;

  /// Subjects named for each face, >= 1.
  int max_candidates = 5;

  /// Checks every field against its range.
  ///
  /// Errors:
  /// - kInvalidArgument: names the first field out of range.
  [[nodiscard]] Result<void> Validate() const;
};

/// Cosine similarities at which identifications change.
struct IdentifyThresholds {
  float match = 0.0F;

  /// <= match.
  float possible = 0.0F;

  /// False positive identification rate at `match` in a gallery of the stated
  /// size; none when the model is not calibrated.
  std::optional<double> fpir = std::nullopt;

  /// The model's calibration does not reach so far down and was prolonged
  /// along the slope of its last decade.
  bool is_extrapolated = false;
};

/// Chooses the thresholds for a search that compares a face `num_comparisons`
/// times: with every subject where several templates are fused to one,
/// otherwise with every template. The rate of one comparison must be
///   fmr = 1 - (1 - fpir)^(1 / num_comparisons)
/// (ISO/IEC 19795-1; templates of one subject are not independent, so the rate
/// that is reached with them is lower if anything). Without a calibration the
/// thresholds are those of ChooseThresholds() in mien/matcher.h and grow with
/// no gallery.
///
/// Errors:
/// - kInvalidArgument: `options` fail Validate().
Result<IdentifyThresholds> ChooseThresholds(const ModelContract& contract,
                                            const IdentifyOptions& options,
                                            std::size_t num_comparisons);

/// A subject of the gallery and how alike a face is to it.
struct Candidate {
  std::int64_t subject_id = 0;
  std::string subject = {};  ///< its name
  float cosine_similarity = 0.0F;
};

/// What a face was identified as.
struct Identification {
  Decision decision = Decision::kUnknown;

  /// Best first. Unless the decision is kUnknown the first is who it is.
  std::vector<Candidate> candidates;
};

/// Decides about all faces of one picture at once, from the candidates of each,
/// best first. Nobody is twice in one picture: a subject is given to one face
/// at most, so that the sum of (similarity - possible threshold) over all
/// faces is as large as can be; the other faces lose that candidate.
std::vector<Identification> DecideIdentities(
    std::span<const std::vector<Candidate>> candidates_of_face,
    const IdentifyThresholds& thresholds);

}  // namespace mien
