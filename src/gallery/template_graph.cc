// SPDX-License-Identifier: Apache-2.0
#include "gallery/template_graph.h"

#include <bit>
#include <chrono>
#include <cstring>
#include <utility>

#include "gallery/measure_graph.h"
#include "gallery/own_index_file.h"

namespace mien {
namespace {

using Clock = std::chrono::steady_clock;

/// A graph is made anew when this share of it is holes; it is new when this
/// share of it is.
constexpr std::size_t kOutdatedShare = 8;

/// A file has the links of a graph as its numbers: the entry, how many links
/// there are, MeasuredApproximation, and then, two to a number, the levels of
/// all rows and the links.
constexpr std::size_t kNumFixed = 9;

std::vector<std::int64_t> NumbersOf(const GraphLinks& graph,
                                    const MeasuredApproximation& measured) {
  std::vector<std::int64_t> numbers = {
      graph.entry,
      static_cast<std::int64_t>(graph.links.size()),
      measured.num_probes,
      measured.num_neighbors};
  for (const double value : {measured.recall,
                             measured.recall_of_first,
                             measured.milliseconds,
                             measured.exact_milliseconds,
                             measured.build_seconds}) {
    numbers.push_back(std::bit_cast<std::int64_t>(value));
  }
  std::vector<std::int32_t> halves(graph.levels.begin(), graph.levels.end());
  halves.insert(halves.end(), graph.links.begin(), graph.links.end());
  halves.resize((halves.size() + 1) / 2 * 2);
  numbers.resize(kNumFixed + halves.size() / 2);
  std::memcpy(
      &numbers[kNumFixed], halves.data(), halves.size() * sizeof(std::int32_t));
  return numbers;
}

/// What NumbersOf() wrote.
struct StoredGraph {
  GraphLinks links;
  MeasuredApproximation measured;
};

std::optional<StoredGraph> Divide(std::span<const std::int64_t> numbers,
                                  std::size_t num_rows) {
  if (numbers.size() < kNumFixed) {
    return std::nullopt;
  }
  const std::size_t num_halves = 2 * (numbers.size() - kNumFixed);
  const auto num_links = static_cast<std::uint64_t>(numbers[1]);
  if (num_rows > num_halves || num_links > num_halves - num_rows) {
    return std::nullopt;
  }
  const std::span halves(
      reinterpret_cast<const std::int32_t*>(numbers.data() + kNumFixed),
      num_halves);
  const auto real = [&](std::size_t i) {
    return std::bit_cast<double>(numbers[i]);
  };
  return StoredGraph{.links = {halves.first(num_rows),
                               halves.subspan(num_rows, num_links),
                               static_cast<std::int32_t>(numbers[0])},
                     .measured = {.num_probes = static_cast<int>(numbers[2]),
                                  .num_neighbors = static_cast<int>(numbers[3]),
                                  .recall = real(4),
                                  .recall_of_first = real(5),
                                  .milliseconds = real(6),
                                  .exact_milliseconds = real(7),
                                  .build_seconds = real(8)}};
}

}  // namespace

void TemplateGraph::NoteRemoved(std::uint64_t id) {
  if (index_) {
    index_->Remove(id);
  }
  std::erase(added_, id);
}

Result<void> TemplateGraph::Load(const std::filesystem::path& path,
                                 const std::string& owner,
                                 Gallery& gallery,
                                 const ExactIndex& exact) {
  MIEN_ASSIGN_OR_RETURN(const IndexFileContents contents,
                        ReadOwnIndexFile(path, owner, gallery, num_threads_));
  const auto stored = Divide(contents.numbers, contents.ids.size());
  if (!stored || contents.dimension != exact.dimension()) {
    return Error{ErrorCode::kCorruptData,
                 path.string() + ": damaged index: impossible sizes"};
  }
  MIEN_ASSIGN_OR_RETURN(HnswIndex graph,
                        HnswIndex::Create(exact.dimension(), *rows_));
  const auto restored = graph.Restore(exact, contents.ids, stored->links);
  if (!restored) {
    return restored.error().WithContext(path.string());
  }
  if (kOutdatedShare * graph.num_holes() > contents.ids.size()) {
    return {};
  }
  dimension_ = exact.dimension();
  measured_ = stored->measured;
  build_seconds_ = measured_->build_seconds;
  num_loaded_ = graph.size();
  added_.clear();
  for (const std::uint64_t id : exact.ids()) {
    if (!graph.Contains(id)) {
      added_.push_back(id);
    }
  }
  index_ = std::move(graph);
  return {};
}

Result<void> TemplateGraph::Update(const ExactIndex& exact,
                                   const GraphProgress& progress) {
  const Clock::time_point start = Clock::now();
  if (!index_) {
    dimension_ = exact.dimension();
    MIEN_ASSIGN_OR_RETURN(index_, HnswIndex::Create(dimension_, *rows_));
    added_.assign(exact.ids().begin(), exact.ids().end());
  }
  MIEN_RETURN_IF_ERROR(index_->Add(exact, added_, num_threads_, progress));
  added_.clear();
  build_seconds_ += std::chrono::duration<double>(Clock::now() - start).count();
  return {};
}

bool TemplateGraph::is_new() const {
  return index_ && index_->size() > num_loaded_ + num_loaded_ / kOutdatedShare;
}

Result<void> TemplateGraph::Measure(const ExactIndex& exact) {
  if (measured_ && !is_new()) {
    return {};
  }
  MIEN_ASSIGN_OR_RETURN(measured_, MeasureGraph(*index_, exact, *rows_));
  measured_->build_seconds = build_seconds_;
  return {};
}

Result<void> TemplateGraph::Save(const std::filesystem::path& beside,
                                 const std::string& owner,
                                 Gallery& gallery,
                                 const GalleryPosition& position) const {
  const std::vector<std::int64_t> numbers =
      NumbersOf(index_->Links(), measured_.value());
  return PublishIndexFile(
      beside,
      owner,
      gallery,
      position,
      {.dimension = dimension_, .ids = index_->ids(), .numbers = numbers});
}

Result<std::vector<std::vector<Neighbor>>> TemplateGraph::Search(
    std::span<const float> probes, int k) const {
  std::vector<std::vector<Neighbor>> answers;
  const auto d = static_cast<std::size_t>(dimension_);
  for (std::size_t first = 0; first < probes.size(); first += d) {
    MIEN_ASSIGN_OR_RETURN(auto neighbors,
                          index_->Search(probes.subspan(first, d), k));
    answers.push_back(std::move(neighbors));
  }
  return answers;
}

}  // namespace mien
