// SPDX-License-Identifier: Apache-2.0
//
// What a teacher's embeddings say about the labels of a dataset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset.h"
#include "data/embedding_file.h"
#include "data/prepare.h"
#include "mien/result.h"

namespace mien {

struct ReportOptions {
  /// Two chips at least this similar are near duplicates, in [0, 1].
  float duplicate_similarity = 0.95F;

  /// Two people whose mean embeddings are at least this similar may be one
  /// person, in [0, 1].
  float same_person_similarity = 0.65F;

  int num_threads = 1;
  DataProgress progress = nullptr;
};

/// A person of the dataset; entry i of DatasetReport::people has label i.
struct PersonReport {
  std::int64_t num_chips = 0;

  /// Mean similarity of a chip to the mean of the person's other chips; 0 for
  /// one chip alone. A low value: different people under one label.
  float cohesion = 0.0F;
};

/// A chip that does not look like its person.
struct SuspectChip {
  std::size_t chip = 0;

  /// Similarity to the mean of the person's other chips.
  float own_similarity = 0.0F;

  /// The person whose mean is the most similar but for its own, and how much.
  std::int64_t other_label = -1;
  float other_similarity = 0.0F;
};

/// Two chips that look the same; first < second.
struct DuplicatePair {
  std::size_t first = 0;
  std::size_t second = 0;
  float similarity = 0.0F;
};

/// Two labels that look like one person; first < second.
struct SimilarPeople {
  std::int64_t first = 0;
  std::int64_t second = 0;
  float similarity = 0.0F;
};

struct DatasetReport {
  std::vector<PersonReport> people;

  /// Chips more similar to another person than to their own, the clearest
  /// first.
  std::vector<SuspectChip> mislabelled;

  /// Chips like nobody: their own similarity is far below what is usual (4
  /// robust deviations below the median), the lowest first. Mostly no faces,
  /// profiles, or faces of bystanders.
  std::vector<SuspectChip> outliers;

  /// The most similar first.
  std::vector<DuplicatePair> duplicates;

  /// The most similar first.
  std::vector<SimilarPeople> similar_people;

  /// Median of the chips' own similarities.
  float median_similarity = 0.0F;
};

/// Examines `dataset` with its embeddings. Without labels only duplicates are
/// looked for.
///
/// Errors:
/// - kInvalidArgument: `options` are out of range.
/// - kCorruptData: a row is not of length 1.
Result<DatasetReport> ExamineDataset(const ChipDataset& dataset,
                                     const EmbeddingFile& embeddings,
                                     const ReportOptions& options);

/// Chips per person: the share of people with a number of chips in
/// [2^i, 2^(i + 1)) is counted in entry i.
std::vector<std::int64_t> CountsByPowerOfTwo(
    std::span<const PersonReport> people);

}  // namespace mien
