// SPDX-License-Identifier: Apache-2.0
#include "gallery/gallery_index_file.h"

#include <algorithm>
#include <utility>

#include "gallery/own_index_file.h"
#include "index/index_file.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

// The numbers of an index file: the last template read, how many negative
// templates there are, their ids, their subjects, the subjects of all rows.
constexpr std::size_t kFixedNumbers = 2;

std::vector<std::int64_t> NumbersOf(const GalleryIndexState& state) {
  std::vector<std::int64_t> numbers = {
      state.last_template_id,
      static_cast<std::int64_t>(state.negatives.size())};
  for (const auto& [template_id, negative] : state.negatives) {
    numbers.push_back(template_id);
  }
  for (const auto& [template_id, negative] : state.negatives) {
    numbers.push_back(negative.subject_id);
  }
  for (const std::uint64_t id : state.positives->ids()) {
    numbers.push_back(
        state.templates.SubjectOf(static_cast<std::int64_t>(id)).value());
  }
  return numbers;
}

/// The parts of an index file's numbers.
struct Numbers {
  std::int64_t last_template_id = 0;
  std::span<const std::int64_t> negatives;
  std::span<const std::int64_t> subjects_of_negatives;
  std::span<const std::int64_t> subjects_of_rows;
};

std::optional<Numbers> Divide(std::span<const std::int64_t> numbers,
                              std::size_t num_rows) {
  if (numbers.size() < kFixedNumbers + num_rows || numbers[1] < 0) {
    return std::nullopt;
  }
  const auto num_negatives = static_cast<std::size_t>(numbers[1]);
  const std::size_t left = numbers.size() - kFixedNumbers - num_rows;
  if (left % 2 != 0 || left / 2 != num_negatives) {
    return std::nullopt;
  }
  return Numbers{numbers[0],
                 numbers.subspan(kFixedNumbers, num_negatives),
                 numbers.subspan(kFixedNumbers + num_negatives, num_negatives),
                 numbers.last(num_rows)};
}

Result<std::map<std::int64_t, NegativeTemplate>> ReadNegatives(
    Gallery& gallery, const Numbers& numbers) {
  std::map<std::int64_t, NegativeTemplate> negatives;
  for (std::size_t i = 0; i < numbers.negatives.size(); ++i) {
    negatives[numbers.negatives[i]].subject_id =
        numbers.subjects_of_negatives[i];
  }
  MIEN_RETURN_IF_ERROR(gallery.ReadEmbeddings(
      numbers.negatives, [&](std::int64_t id, std::span<const float> vector) {
        negatives[id].vector.assign(vector.begin(), vector.end());
      }));
  // Those that have no vector any more were removed since.
  std::erase_if(negatives, [](const auto& negative) {
    return negative.second.vector.empty();
  });
  return negatives;
}

}  // namespace

Result<GalleryIndexState> LoadGalleryIndex(const fs::path& path,
                                           const std::string& owner,
                                           Gallery& gallery,
                                           const RowSource& rows,
                                           int num_threads) {
  MIEN_ASSIGN_OR_RETURN(IndexFileContents contents,
                        ReadOwnIndexFile(path, owner, gallery, num_threads));
  GalleryIndexState state;
  state.position = {contents.label.sequence, contents.label.token};
  const auto numbers = Divide(contents.numbers, contents.ids.size());
  if (!numbers || contents.chunks.empty() != contents.ids.empty()) {
    return Error{ErrorCode::kCorruptData,
                 path.string() + ": damaged index: impossible sizes"};
  }
  state.last_template_id = numbers->last_template_id;
  MIEN_ASSIGN_OR_RETURN(state.negatives, ReadNegatives(gallery, *numbers));
  state.templates.Reserve(contents.ids.size());
  for (std::size_t i = 0; i < contents.ids.size(); ++i) {
    if (contents.ids[i] != kWipedRow) {
      state.templates.Add(static_cast<std::int64_t>(contents.ids[i]),
                          numbers->subjects_of_rows[i]);
    }
  }
  state.positives.emplace(contents.dimension,
                          std::move(contents.chunks),
                          std::move(contents.ids),
                          rows);
  return state;
}

Result<void> SaveGalleryIndex(const fs::path& beside,
                              const std::string& owner,
                              Gallery& gallery,
                              const GalleryIndexState& state) {
  const std::vector<std::int64_t> numbers = NumbersOf(state);
  return PublishIndexFile(beside,
                          owner,
                          gallery,
                          state.position,
                          {.dimension = state.positives->dimension(),
                           .chunks = state.positives->chunks(),
                           .ids = state.positives->ids(),
                           .numbers = numbers});
}

}  // namespace mien
