// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "core/pipeline.h"
#include "data/dataset.h"
#include "data/embedding_file.h"
#include "data/prepare.h"

namespace mien {
namespace {

/// Chips that go through the network together.
constexpr std::size_t kBatch = 32;

Result<void> CheckContract(const ModelContract& contract) {
  if (contract.chip_template == ChipTemplate::kArcFace &&
      contract.input_width == contract.input_height &&
      contract.input_width > 0) {
    return {};
  }
  return Error{ErrorCode::kUnsupported,
               contract.name +
                   ": wants chips of another kind than stored ones, which are "
                   "square and aligned to ArcFace's template"};
}

Result<std::vector<Embedding>> EmbedChips(const ChipDataset& dataset,
                                          std::size_t first,
                                          std::size_t count,
                                          const Embedder& teacher) {
  std::vector<Image> chips;
  for (std::size_t i = first; i < first + count; ++i) {
    MIEN_ASSIGN_OR_RETURN(const Image stored, dataset.Decode(i));
    chips.push_back(NetworkChip(
        stored, dataset.geometry(), teacher.contract().input_width));
  }
  return teacher.Embed(chips);
}

}  // namespace

Result<void> EmbedDataset(const std::filesystem::path& folder,
                          const Embedder& teacher,
                          int num_threads,
                          const DataProgress& progress) {
  const ModelContract& contract = teacher.contract();
  MIEN_RETURN_IF_ERROR(CheckContract(contract));
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset, ChipDataset::Open(folder));
  MIEN_ASSIGN_OR_RETURN(EmbeddingFileWriter writer,
                        EmbeddingFileWriter::Open(folder / kTeacherFile,
                                                  contract.embedding_size,
                                                  contract.id,
                                                  dataset.size()));
  const std::size_t start = writer.size();
  const std::size_t rest = dataset.size() - start;
  std::atomic<bool> failed = false;
  Result<void> outcome;
  RunInOrder<Result<std::vector<Embedding>>>(
      static_cast<int>((rest + kBatch - 1) / kBatch),
      num_threads,
      [&](int batch) -> Result<std::vector<Embedding>> {
        const std::size_t first =
            start + static_cast<std::size_t>(batch) * kBatch;
        return failed ? std::vector<Embedding>()
                      : EmbedChips(dataset,
                                   first,
                                   std::min(kBatch, dataset.size() - first),
                                   teacher);
      },
      [&](int /*batch*/, const Result<std::vector<Embedding>>& embeddings) {
        if (outcome && !embeddings) {
          outcome = embeddings.error();
        }
        for (std::size_t k = 0; outcome && k < embeddings->size(); ++k) {
          outcome = writer.Append((*embeddings)[k].values);
        }
        failed = !outcome;
        if (outcome && progress) {
          progress(static_cast<int>(writer.size() - start),
                   static_cast<int>(rest));
        }
      });
  MIEN_RETURN_IF_ERROR(outcome);
  return writer.Finish();
}

}  // namespace mien
