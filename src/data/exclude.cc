// SPDX-License-Identifier: Apache-2.0
#include "data/exclude.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <system_error>
#include <utility>

#include "core/check.h"
#include "core/file.h"
#include "data/append_file.h"
#include "data/csv.h"
#include "data/dataset.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// How many chips a person has, and how many of them hit.
struct Tally {
  int chips = 0;
  int hits = 0;
  std::map<std::int64_t, int> hits_of_person = {};

  [[nodiscard]] bool IsTooMany(const ExcludeOptions& options) const {
    const bool large_share =
        hits > 0 && static_cast<float>(hits) >=
                        options.identity_share * static_cast<float>(chips);
    return large_share ||
           std::ranges::any_of(hits_of_person, [&](const auto& person) {
             return person.second >= options.same_person_hits;
           });
  }
};

std::string ReasonText(const NearestChip& nearest, const ChipRecord& other) {
  char similarity[16];
  std::snprintf(similarity,
                sizeof(similarity),
                "%.3f",
                static_cast<double>(nearest.cosine_similarity));
  return std::string("similar to an excluded picture: ") + similarity + " " +
         other.source;
}

/// The rows of teacher.f32 that stay, in a file beside it.
Result<void> CopyEmbeddings(const fs::path& from,
                            const fs::path& to,
                            std::span<const std::string> reasons) {
  MIEN_ASSIGN_OR_RETURN(const EmbeddingFile file, EmbeddingFile::Open(from));
  std::error_code ignored;
  fs::remove(to, ignored);
  MIEN_ASSIGN_OR_RETURN(
      EmbeddingFileWriter writer,
      EmbeddingFileWriter::Open(
          to, file.dimension(), file.model_id(), file.size()));
  for (std::size_t i = 0; i < std::min(file.size(), reasons.size()); ++i) {
    if (reasons[i].empty()) {
      MIEN_RETURN_IF_ERROR(writer.Append(file.row(i)));
    }
  }
  return writer.Finish();
}

Result<void> ListDropped(const fs::path& folder,
                         std::span<const ChipRecord> records,
                         std::span<const std::string> reasons) {
  const fs::path file = folder / kDroppedFile;
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
  MIEN_ASSIGN_OR_RETURN(AppendFile dropped,
                        AppendFile::Open(file, text.size()));
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!reasons[i].empty()) {
      MIEN_RETURN_IF_ERROR(dropped.Append(
          CsvLine(std::array<std::string, 2>{records[i].source, reasons[i]})));
    }
  }
  return dropped.Sync();
}

/// The index without what goes; counts go into `info`.
std::string RemainingIndex(std::span<const ChipRecord> records,
                           std::span<const std::string> reasons,
                           DatasetInfo& info) {
  std::map<std::int64_t, std::int64_t> new_labels;
  std::string text = ChipsHeader();
  info.num_chips = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!reasons[i].empty()) {
      continue;
    }
    ChipRecord record = records[i];
    if (record.label >= 0) {
      record.label =
          new_labels
              .try_emplace(record.label,
                           static_cast<std::int64_t>(new_labels.size()))
              .first->second;
    }
    text += ToCsv(record);
    ++info.num_chips;
  }
  info.num_identities = static_cast<std::int64_t>(new_labels.size());
  return text;
}

}  // namespace

std::vector<bool> ChooseExcluded(std::span<const ChipRecord> records,
                                 std::span<const NearestChip> nearest,
                                 std::span<const ChipRecord> others,
                                 const ExcludeOptions& options) {
  MIEN_CHECK(records.size() == nearest.size());
  std::vector<bool> excluded;
  std::map<std::int64_t, Tally> tallies;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const bool hits = nearest[i].cosine_similarity >= options.similarity;
    excluded.push_back(hits);
    Tally& tally = tallies[records[i].label];
    ++tally.chips;
    tally.hits += hits ? 1 : 0;
    const std::int64_t other = others[nearest[i].chip].label;
    if (hits && other >= 0) {
      ++tally.hits_of_person[other];
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].label >= 0 && tallies[records[i].label].IsTooMany(options)) {
      excluded[i] = true;
    }
  }
  return excluded;
}

Result<ExcludeCounts> RemoveChips(const fs::path& folder,
                                  std::span<const std::string> reasons) {
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset, ChipDataset::Open(folder));
  MIEN_CHECK(reasons.size() == dataset.size());
  DatasetInfo info = dataset.info();
  const std::string index = RemainingIndex(dataset.records(), reasons, info);
  const ExcludeCounts counts = {
      dataset.info().num_chips - info.num_chips,
      dataset.info().num_identities - info.num_identities};
  if (counts.num_chips == 0) {
    return counts;
  }
  // Whatever the moment of a crash, the embeddings are never those of other
  // chips: they are away while the index changes, and an index that does not
  // agree with dataset.json is not read.
  const fs::path teacher = folder / kTeacherFile;
  const fs::path remaining = folder / "teacher.f32.new";
  std::error_code error;
  const bool has_teacher = fs::exists(teacher, error);
  if (has_teacher) {
    MIEN_RETURN_IF_ERROR(CopyEmbeddings(teacher, remaining, reasons));
    fs::remove(teacher, error);
  }
  MIEN_RETURN_IF_ERROR(WriteFileAtomically(folder / kChipsFile, index));
  MIEN_RETURN_IF_ERROR(WriteDatasetInfo(folder, info));
  MIEN_RETURN_IF_ERROR(ListDropped(folder, dataset.records(), reasons));
  if (has_teacher) {
    fs::rename(remaining, teacher, error);
    if (error) {
      return Error{ErrorCode::kIo, teacher.string() + ": " + error.message()};
    }
  }
  return counts;
}

Result<ExcludeCounts> ExcludeSimilar(const fs::path& folder,
                                     const fs::path& excluded,
                                     const ExcludeOptions& options) {
  if (!(options.similarity >= -1 && options.similarity <= 1)) {
    return Error{ErrorCode::kInvalidArgument,
                 "the similarity from which chips are excluded is " +
                     std::to_string(options.similarity) +
                     "; must be in [-1, 1]"};
  }
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset, ChipDataset::Open(folder));
  MIEN_ASSIGN_OR_RETURN(const ChipDataset others, ChipDataset::Open(excluded));
  MIEN_ASSIGN_OR_RETURN(const EmbeddingFile embeddings, OpenTeacher(dataset));
  MIEN_ASSIGN_OR_RETURN(const EmbeddingFile other_embeddings,
                        OpenTeacher(others));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<NearestChip> nearest,
      FindNearestChips(
          embeddings, other_embeddings, options.num_threads, options.progress));
  const std::vector<bool> chosen =
      ChooseExcluded(dataset.records(), nearest, others.records(), options);
  std::vector<std::string> reasons(dataset.size());
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (chosen[i]) {
      reasons[i] = ReasonText(nearest[i], others.record(nearest[i].chip));
    }
  }
  return RemoveChips(folder, reasons);
}

}  // namespace mien
