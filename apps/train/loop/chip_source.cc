// SPDX-License-Identifier: Apache-2.0
#include "train/loop/chip_source.h"

#include <algorithm>
#include <utility>

#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
ChipSource::ChipSource(std::span<const std::filesystem::path> folders,
                       Teacher teacher) {
  if (folders.empty()) {
    throw TrainError("no dataset is given; must be one or more");
  }
  for (const std::filesystem::path& folder : folders) {
    Add(folder, teacher);
  }
}

void ChipSource::Add(const std::filesystem::path& folder, Teacher teacher) {
  Part part = {.dataset = ValueOrThrow(ChipDataset::Open(folder)),
               .teacher = std::nullopt,
               .first_chip = size()};
  if (teacher == Teacher::kWanted) {
    part.teacher = ValueOrThrow(EmbeddingFile::Open(folder / kTeacherFile));
    if (part.teacher->size() != part.dataset.size()) {
      throw TrainError(folder.string() + ": " +
                       std::to_string(part.teacher->size()) +
                       " embeddings of the teacher for " +
                       std::to_string(part.dataset.size()) +
                       " chips; run mien prepare again");
    }
  }
  if (!parts_.empty()) {
    const Part& first = parts_[0];
    if (first.dataset.geometry() != part.dataset.geometry()) {
      throw TrainError(folder.string() +
                       ": its chips are of another size than those of " +
                       first.dataset.folder().string());
    }
    if (part.teacher && first.teacher->model_id() != part.teacher->model_id()) {
      throw TrainError(folder.string() + ": its teacher is " +
                       part.teacher->model_id() + ", that of " +
                       first.dataset.folder().string() + " is " +
                       first.teacher->model_id());
    }
  }
  for (const ChipRecord& record : part.dataset.records()) {
    labels_.push_back(record.label < 0 ? -1 : num_identities_ + record.label);
  }
  num_identities_ += part.dataset.num_identities();
  parts_.push_back(std::move(part));
}

int ChipSource::teacher_size() const {
  return parts_[0].teacher ? parts_[0].teacher->dimension() : 0;
}

const ChipSource::Part& ChipSource::PartOf(std::int64_t i) const {
  const auto after =
      std::ranges::upper_bound(parts_, i, std::less<>(), [](const Part& part) {
        return part.first_chip;
      });
  return *std::prev(after);
}

std::span<const float> ChipSource::teacher(std::int64_t i) const {
  const Part& part = PartOf(i);
  return part.teacher->row(static_cast<std::size_t>(i - part.first_chip));
}

Result<Image> ChipSource::Decode(std::int64_t i) const {
  const Part& part = PartOf(i);
  return part.dataset.Decode(static_cast<std::size_t>(i - part.first_chip));
}

const std::string& ChipSource::source(std::int64_t i) const {
  const Part& part = PartOf(i);
  return part.dataset.record(static_cast<std::size_t>(i - part.first_chip))
      .source;
}

}  // namespace mien::train
