// SPDX-License-Identifier: Apache-2.0
//
// Open-set identification: people who are enrolled and people who are not
// search the same gallery (ISO/IEC 19795-1; NIST FRTE 1:N).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/metrics.h"
#include "mien/embedding.h"
#include "mien/gallery.h"
#include "mien/identifier.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// One picture of a person.
struct LabelledEmbedding {
  std::string person;
  std::vector<float> embedding;
};

/// What the searches found, before any threshold.
struct OpenSetSearches {
  int num_enrolled = 0;
  int num_templates = 0;  ///< of them together

  /// Of mated searches, the similarity of the right person where that is the
  /// most similar one; -infinity where another is.
  std::vector<float> right_first;

  /// Of non-mated searches, the similarity of the most similar person.
  std::vector<float> strangers;

  /// Of mated searches, the place of the right person among the enrolled, by
  /// falling similarity: 1 is the most similar. Others as similar stand behind.
  std::vector<int> ranks;

  /// Share of mated searches whose most similar person is the right one.
  [[nodiscard]] double RankOneRate() const;

  /// Share of mated searches that do not name the right person at `threshold`.
  [[nodiscard]] double FnirAt(float threshold) const;

  /// Share of non-mated searches that name anybody at `threshold`.
  [[nodiscard]] double FpirAt(float threshold) const;

  /// The lowest threshold at which FPIR is at most `fpir`.
  [[nodiscard]] float ThresholdAtFpir(double fpir) const;
};

/// Enrols the first `templates_per_person` (>= 1) pictures of every person who
/// has several, or all but one of those who have no more, and searches with the
/// others and with the pictures of everybody who has one. One answer for each
/// of `fusions`.
///
/// Errors:
/// - kInvalidArgument: nobody has two pictures, or everybody has.
Result<std::vector<OpenSetSearches>> SearchOpenSet(
    std::span<const LabelledEmbedding> pictures,
    std::size_t templates_per_person,
    std::span<const Fusion> fusions);

/// The same with one picture of each person, where fusing does nothing.
Result<OpenSetSearches> SearchOpenSet(
    std::span<const LabelledEmbedding> pictures);

/// The cumulative match characteristic (CMC): element k - 1 is the share of
/// `ranks` that are k or less, for k from 1 to `max_rank`. All 0 for no ranks.
std::vector<double> CumulativeMatches(std::span<const int> ranks, int max_rank);

/// FNIR over FPIR at every threshold, as a RocPoint each: fmr stands for FPIR,
/// 1 - tmr for FNIR. Empty when there are no mated or no non-mated searches.
std::vector<RocPoint> FnirOverFpir(const OpenSetSearches& searches);

/// Cosine similarities of all pairs of pictures of two different people.
std::vector<float> NonMatedSimilarities(
    std::span<const LabelledEmbedding> pictures);

/// A false positive identification rate that a calibration promises, and what
/// came of it among other people.
struct PromisedRate {
  double stated_fpir = 0.0;
  double measured_fpir = 0.0;
  double measured_fnir = 0.0;
  IdentifyThresholds thresholds;
};

/// Calibrates on the first half of the people, by name, and searches among the
/// second half at the thresholds that this calibration gives for `stated_fpir`.
/// The second half is enrolled as SearchOpenSet() does; one answer for each of
/// `fusions`.
///
/// Errors: those of MeasureCalibration(), SearchOpenSet() and
/// ChooseThresholds().
Result<std::vector<std::vector<PromisedRate>>> CheckCalibration(
    std::span<const LabelledEmbedding> pictures,
    std::span<const double> stated_fpir,
    std::size_t templates_per_person,
    std::span<const Fusion> fusions);

/// The same with one picture of each person, where fusing does nothing.
Result<std::vector<PromisedRate>> CheckCalibration(
    std::span<const LabelledEmbedding> pictures,
    std::span<const double> stated_fpir);

}  // namespace mien
