// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_report.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "data/embedding_index.h"

namespace mien {
namespace {

/// Sums of the embeddings of each label.
class PeopleSums {
 public:
  PeopleSums(const ChipDataset& dataset, const EmbeddingFile& embeddings)
      : dimension_(static_cast<std::size_t>(embeddings.dimension())),
        sums_(static_cast<std::size_t>(dataset.num_identities()) * dimension_),
        counts_(static_cast<std::size_t>(dataset.num_identities())) {
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      if (dataset.label(i) < 0) {
        continue;
      }
      const auto label = static_cast<std::size_t>(dataset.label(i));
      ++counts_[label];
      for (std::size_t k = 0; k < dimension_; ++k) {
        sums_[label * dimension_ + k] +=
            static_cast<double>(embeddings.row(i)[k]);
      }
    }
  }

  [[nodiscard]] std::int64_t count(std::size_t label) const {
    return counts_[label];
  }

  /// Similarity of `row`, one of `label`'s, to the mean of the others; none
  /// when there are no others.
  [[nodiscard]] std::optional<float> SimilarityToOthers(
      std::span<const float> row, std::size_t label) const {
    double dot = 0.0;
    double squares = 0.0;
    for (std::size_t k = 0; k < dimension_; ++k) {
      const auto value = static_cast<double>(row[k]);
      const double other = sums_[label * dimension_ + k] - value;
      dot += value * other;
      squares += other * other;
    }
    if (counts_[label] < 2 || squares <= 0.0) {
      return std::nullopt;
    }
    return static_cast<float>(dot / std::sqrt(squares));
  }

  /// All means scaled to length 1, row by row; a sum of length 0 gives (1, 0,
  /// ...).
  [[nodiscard]] std::vector<float> Means() const {
    std::vector<float> means(sums_.size());
    for (std::size_t label = 0; label < counts_.size(); ++label) {
      const double* sum = &sums_[label * dimension_];
      double squares = 0.0;
      for (std::size_t k = 0; k < dimension_; ++k) {
        squares += sum[k] * sum[k];
      }
      for (std::size_t k = 0; k < dimension_; ++k) {
        means[label * dimension_ + k] =
            squares > 0.0 ? static_cast<float>(sum[k] / std::sqrt(squares))
                          : (k == 0 ? 1.0F : 0.0F);
      }
    }
    return means;
  }

 private:
  std::size_t dimension_;
  std::vector<double> sums_;
  std::vector<std::int64_t> counts_;
};

Result<ExactIndex> IndexMeans(std::span<const float> means, int dimension) {
  ExactIndex index(dimension);
  const auto d = static_cast<std::size_t>(dimension);
  for (std::size_t label = 0; label * d < means.size(); ++label) {
    MIEN_RETURN_IF_ERROR(index.Add(label, means.subspan(label * d, d)));
  }
  return index;
}

float Median(std::vector<float> values) {
  if (values.empty()) {
    return 0.0F;
  }
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// What is far below the usual.
float OutlierBound(const std::vector<float>& values, float median) {
  constexpr float kDeviations = 4.0F;
  // A Gaussian's standard deviation per median absolute deviation.
  constexpr float kPerMedianDeviation = 1.4826F;
  std::vector<float> distances;
  for (const float value : values) {
    distances.push_back(std::abs(value - median));
  }
  return median - kDeviations * kPerMedianDeviation * Median(distances);
}

/// The chips that have a person with other chips, compared with all people.
Result<std::vector<SuspectChip>> CompareWithPeople(
    const ChipDataset& dataset,
    const EmbeddingFile& embeddings,
    const PeopleSums& sums,
    const ExactIndex& people,
    const ReportOptions& options) {
  SearchOptions search;
  search.k = 2;
  search.num_threads = options.num_threads;
  std::vector<SuspectChip> compared;
  std::size_t i = 0;
  MIEN_RETURN_IF_ERROR(SearchEmbeddings(
      people,
      embeddings,
      search,
      options.progress,
      [&](std::span<const Neighbor> found) {
        const std::size_t chip = i++;
        const std::int64_t label = dataset.label(chip);
        if (label < 0) {
          return;
        }
        const std::optional<float> own = sums.SimilarityToOthers(
            embeddings.row(chip), static_cast<std::size_t>(label));
        for (const Neighbor& neighbor : found) {
          if (own && static_cast<std::int64_t>(neighbor.id) != label) {
            compared.push_back({chip,
                                *own,
                                static_cast<std::int64_t>(neighbor.id),
                                neighbor.cosine_similarity});
            return;
          }
        }
      }));
  return compared;
}

void FillSuspects(const std::vector<SuspectChip>& compared,
                  DatasetReport& report) {
  std::vector<float> own;
  for (const SuspectChip& chip : compared) {
    own.push_back(chip.own_similarity);
  }
  report.median_similarity = Median(own);
  const float bound = OutlierBound(own, report.median_similarity);
  for (const SuspectChip& chip : compared) {
    if (chip.other_similarity > chip.own_similarity) {
      report.mislabelled.push_back(chip);
    }
    if (chip.own_similarity < bound) {
      report.outliers.push_back(chip);
    }
  }
  std::ranges::sort(
      report.mislabelled, std::greater(), [](const SuspectChip& chip) {
        return chip.other_similarity - chip.own_similarity;
      });
  std::ranges::sort(report.outliers, {}, &SuspectChip::own_similarity);
}

void FillPeople(const ChipDataset& dataset,
                const PeopleSums& sums,
                const std::vector<SuspectChip>& compared,
                DatasetReport& report) {
  report.people.resize(static_cast<std::size_t>(dataset.num_identities()));
  for (std::size_t label = 0; label < report.people.size(); ++label) {
    report.people[label].num_chips = sums.count(label);
  }
  for (const SuspectChip& chip : compared) {
    PersonReport& person =
        report.people[static_cast<std::size_t>(dataset.label(chip.chip))];
    person.cohesion +=
        chip.own_similarity / static_cast<float>(person.num_chips);
  }
}

Result<void> FillSimilarPeople(std::span<const float> means,
                               const ExactIndex& people,
                               const ReportOptions& options,
                               DatasetReport& report) {
  SearchOptions search;
  search.k = 6;  // itself and five others
  search.min_similarity = options.same_person_similarity;
  search.num_threads = options.num_threads;
  MIEN_ASSIGN_OR_RETURN(const auto found, people.Search(means, search));
  for (std::size_t label = 0; label < found.size(); ++label) {
    for (const Neighbor& neighbor : found[label]) {
      if (neighbor.id > label) {
        report.similar_people.push_back({static_cast<std::int64_t>(label),
                                         static_cast<std::int64_t>(neighbor.id),
                                         neighbor.cosine_similarity});
      }
    }
  }
  std::ranges::sort(
      report.similar_people, std::greater(), &SimilarPeople::similarity);
  return {};
}

Result<void> FillDuplicates(const EmbeddingFile& embeddings,
                            const ReportOptions& options,
                            DatasetReport& report) {
  MIEN_ASSIGN_OR_RETURN(const ExactIndex index, IndexEmbeddings(embeddings));
  SearchOptions search;
  search.k = 6;
  search.min_similarity = options.duplicate_similarity;
  search.num_threads = options.num_threads;
  std::size_t i = 0;
  MIEN_RETURN_IF_ERROR(SearchEmbeddings(
      index,
      embeddings,
      search,
      options.progress,
      [&](std::span<const Neighbor> found) {
        const std::size_t chip = i++;
        for (const Neighbor& neighbor : found) {
          if (neighbor.id > chip) {
            report.duplicates.push_back(
                {chip, neighbor.id, neighbor.cosine_similarity});
          }
        }
      }));
  std::ranges::sort(
      report.duplicates, std::greater(), &DuplicatePair::similarity);
  return {};
}

}  // namespace

Result<DatasetReport> ExamineDataset(const ChipDataset& dataset,
                                     const EmbeddingFile& embeddings,
                                     const ReportOptions& options) {
  for (const auto& [name, value] :
       {std::pair("duplicate_similarity", options.duplicate_similarity),
        std::pair("same_person_similarity", options.same_person_similarity)}) {
    if (!(value >= 0 && value <= 1)) {
      return Error{ErrorCode::kInvalidArgument,
                   std::string(name) + " is " + std::to_string(value) +
                       "; must be in [0, 1]"};
    }
  }
  DatasetReport report;
  if (dataset.num_identities() > 0) {
    const PeopleSums sums(dataset, embeddings);
    const std::vector<float> means = sums.Means();
    MIEN_ASSIGN_OR_RETURN(const ExactIndex people,
                          IndexMeans(means, embeddings.dimension()));
    MIEN_ASSIGN_OR_RETURN(
        const std::vector<SuspectChip> compared,
        CompareWithPeople(dataset, embeddings, sums, people, options));
    FillPeople(dataset, sums, compared, report);
    FillSuspects(compared, report);
    MIEN_RETURN_IF_ERROR(FillSimilarPeople(means, people, options, report));
  }
  MIEN_RETURN_IF_ERROR(FillDuplicates(embeddings, options, report));
  return report;
}

std::vector<std::int64_t> CountsByPowerOfTwo(
    std::span<const PersonReport> people) {
  std::vector<std::int64_t> counts;
  for (const PersonReport& person : people) {
    if (person.num_chips < 1) {
      continue;
    }
    const auto i = static_cast<std::size_t>(
        std::bit_width(static_cast<std::uint64_t>(person.num_chips)) - 1);
    counts.resize(std::max(counts.size(), i + 1));
    ++counts[i];
  }
  return counts;
}

}  // namespace mien
