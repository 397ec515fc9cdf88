// SPDX-License-Identifier: Apache-2.0
#include "index/hnsw_index.h"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>

#include "core/parallel.h"
#include "index/dot.h"
#include "index/quantize.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModuleName = "mien_hnsw.so";

// docs/benchmarks.md compares them; more of any makes the graph slower and
// better.
constexpr int kLinks = 32;
constexpr int kBuildEffort = 160;
constexpr int kMinSearchEffort = 512;

/// So many more than asked for are compared by their exact similarities, since
/// int8 values may mix up the last.
constexpr std::size_t kSpareNeighbors = 16;

/// Beside the program or above it, in the build tree, or in <prefix>/lib/mien.
std::vector<fs::path> PlacesOfModule() {
  std::vector<fs::path> places;
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  constexpr int kMaxLevels = 4;
  for (int level = 0; level < kMaxLevels && folder.has_relative_path();
       ++level) {
    places.push_back(folder / kModuleName);
    places.push_back(folder / "lib" / "mien" / kModuleName);
    folder = folder.parent_path();
  }
  std::erase_if(places, [&](const fs::path& place) {
    return !fs::is_regular_file(place, error);
  });
  return places;
}

struct Module {
  CreateHnswGraph create = nullptr;
};

Result<Module> LoadModule() {
  const auto places = PlacesOfModule();
  if (places.empty()) {
    return Error{ErrorCode::kUnsupported,
                 std::string("approximate search needs ") + kModuleName +
                     " beside the program or in ../lib/mien; it is built "
                     "where libfaiss-dev is installed"};
  }
  void* module = ::dlopen(places.front().c_str(), RTLD_NOW | RTLD_LOCAL);
  void* create =
      module == nullptr ? nullptr : ::dlsym(module, kCreateHnswGraph);
  if (create == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 places.front().string() + ": " + ::dlerror()};
  }
  return Module{reinterpret_cast<CreateHnswGraph>(create)};
}

Error OutOfMemory() {
  return {ErrorCode::kLimitExceeded, "no memory for the graph of an index"};
}

/// How many links a row on so many levels has room for.
std::size_t NumLinks(std::int32_t levels) {
  return static_cast<std::size_t>(levels + 1) * kLinks;
}

/// Whether all links lead to rows that are on the same level.
bool LinksFit(const GraphLinks& graph, std::size_t num_rows) {
  constexpr std::int32_t kMaxLevels = 64;
  const auto count = static_cast<std::int64_t>(num_rows);
  std::int32_t highest = 0;
  std::size_t num_links = 0;
  for (const std::int32_t levels : graph.levels) {
    if (levels < 1 || levels > kMaxLevels) {
      return false;
    }
    highest = std::max(highest, levels);
    num_links += NumLinks(levels);
  }
  if (graph.levels.size() != num_rows || graph.links.size() != num_links) {
    return false;
  }
  if (num_rows == 0) {
    return graph.entry == -1;
  }
  if (graph.entry < 0 || graph.entry >= count ||
      graph.levels[static_cast<std::size_t>(graph.entry)] != highest) {
    return false;
  }
  std::size_t next = 0;
  for (const std::int32_t levels : graph.levels) {
    for (std::size_t i = 0; i < NumLinks(levels); ++i) {
      const std::int32_t to = graph.links[next++];
      const auto level =
          static_cast<std::int32_t>(i < 2 * kLinks ? 0 : i / kLinks - 1);
      if (to < -1 || to >= count ||
          (to >= 0 && graph.levels[static_cast<std::size_t>(to)] <= level)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

Result<HnswIndex> HnswIndex::Create(int dimension, const RowSource& source) {
  static const Result<Module> module = LoadModule();
  if (!module) {
    return module.error();
  }
  auto rows = std::make_unique<Int8Rows>(dimension);
  std::unique_ptr<HnswGraph> graph(module->create(*rows, kLinks, kBuildEffort));
  if (graph == nullptr) {
    return OutOfMemory();
  }
  return HnswIndex(source, std::move(rows), std::move(graph));
}

std::size_t HnswIndex::memory_bytes() const {
  // A node of the hash map: next pointer, id, position, and its bucket.
  constexpr std::size_t kMapEntryBytes = 32;
  const GraphLinks graph = graph_->Links();
  return rows_->memory_bytes() + graph.links.size_bytes() +
         graph.levels.size_bytes() + ids_.size() * sizeof(std::size_t) +
         ids_.capacity() * sizeof(std::uint64_t) +
         positions_.size() * kMapEntryBytes;
}

Result<void> HnswIndex::AppendRow(const ExactIndex& exact, std::uint64_t id) {
  std::vector<std::int8_t> values(
      static_cast<std::size_t>(exact.padded_dimension()));
  const float scale = exact.LoadRounded(id, values);
  return rows_->Append(values, scale);
}

Result<void> HnswIndex::Add(const ExactIndex& exact,
                            std::span<const std::uint64_t> ids,
                            int num_threads,
                            const GraphProgress& progress) {
  if (ids.empty()) {
    return {};
  }
  for (const std::uint64_t id : ids) {
    MIEN_RETURN_IF_ERROR(AppendRow(exact, id));
    positions_[id] = ids_.size();
    ids_.push_back(id);
  }
  const auto parallel = [num_threads](int count,
                                      const std::function<void(int)>& body) {
    ParallelFor(count, num_threads, body);
  };
  int done = 0;
  std::mutex mutex;
  const auto tell = [&](int more) {
    if (progress) {
      const std::lock_guard lock(mutex);
      progress(done += more, static_cast<int>(ids.size()));
    }
  };
  tell(0);
  const auto inserted = [&] { tell(1); };
  return graph_->Grow(num_threads, parallel, inserted) ? Result<void>()
                                                       : OutOfMemory();
}

Result<void> HnswIndex::Restore(const ExactIndex& exact,
                                std::span<const std::uint64_t> ids,
                                const GraphLinks& links) {
  if (!LinksFit(links, ids.size())) {
    return Error{ErrorCode::kCorruptData, "links that fit no graph"};
  }
  const std::vector<std::int8_t> hole(rows_->row_values());
  for (const std::uint64_t id : ids) {
    const bool is_known = exact.Contains(id) && !positions_.contains(id);
    MIEN_RETURN_IF_ERROR(is_known ? AppendRow(exact, id)
                                  : rows_->Append(hole, 0.0F));
    if (is_known) {
      positions_[id] = ids_.size();
    }
    ids_.push_back(is_known ? id : kWipedRow);
  }
  return graph_->Restore(links) ? Result<void>() : OutOfMemory();
}

bool HnswIndex::Remove(std::uint64_t id) {
  const auto found = positions_.find(id);
  if (found == positions_.end()) {
    return false;
  }
  rows_->Wipe(found->second);
  ids_[found->second] = kWipedRow;
  positions_.erase(found);
  return true;
}

std::vector<std::uint64_t> HnswIndex::IdsAt(
    std::span<const std::int64_t> positions, std::size_t count) const {
  std::vector<std::uint64_t> ids;
  for (const std::int64_t position : positions) {
    if (ids.size() < count && position >= 0 &&
        ids_[static_cast<std::size_t>(position)] != kWipedRow) {
      ids.push_back(ids_[static_cast<std::size_t>(position)]);
    }
  }
  return ids;
}

Result<std::vector<Neighbor>> HnswIndex::Search(std::span<const float> probe,
                                                int k) const {
  if (size() == 0) {
    return std::vector<Neighbor>();
  }
  std::vector<float> unit(probe.size());
  Normalize(probe, unit);
  std::vector<std::int8_t> values(rows_->row_values());
  QuantizeToInt8(unit, std::span(values).first(unit.size()));
  const std::size_t num_compared =
      static_cast<std::size_t>(k) + kSpareNeighbors;
  const auto effort =
      std::max(kMinSearchEffort, static_cast<int>(2 * num_compared));
  // The graph still leads through holes, which must not crowd out others: they
  // are asked for, too, and passed over.
  std::vector<std::int64_t> positions(static_cast<std::size_t>(effort));
  if (!graph_->Search(values.data(), effort, effort, positions.data())) {
    return OutOfMemory();
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Neighbor> neighbors,
                        Rescore(unit, IdsAt(positions, num_compared)));
  neighbors.resize(std::min(neighbors.size(), static_cast<std::size_t>(k)));
  return neighbors;
}

Result<std::vector<Neighbor>> HnswIndex::Rescore(
    std::span<const float> unit, std::span<const std::uint64_t> ids) const {
  std::vector<Neighbor> neighbors;
  MIEN_RETURN_IF_ERROR(
      source_->Read(ids, [&](std::uint64_t id, std::span<const float> row) {
        if (row.size() == unit.size()) {
          neighbors.push_back(
              {id,
               static_cast<float>(Dot(unit, row) / std::sqrt(Dot(row, row)))});
        }
      }));
  std::ranges::sort(neighbors, [](const Neighbor& a, const Neighbor& b) {
    return a.cosine_similarity != b.cosine_similarity
               ? a.cosine_similarity > b.cosine_similarity
               : a.id < b.id;
  });
  return neighbors;
}

}  // namespace mien
