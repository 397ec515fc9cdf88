// SPDX-License-Identifier: Apache-2.0
#include "index/hnsw_index.h"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

#include "index/dot.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModuleName = "mien_hnsw.so";

// With these a graph of a million face templates finds nearly all (see
// docs/benchmarks.md); more of either makes it slower and better.
constexpr int kLinks = 32;
constexpr int kBuildEffort = 80;
constexpr int kMinSearchEffort = 128;

/// Rows read and added at a time.
constexpr std::size_t kRowsAtOnce = 16'384;

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

}  // namespace

Result<HnswIndex> HnswIndex::Create(int dimension, const RowSource& source) {
  static const Result<Module> module = LoadModule();
  if (!module) {
    return module.error();
  }
  std::unique_ptr<HnswGraph> graph(
      module->create(dimension, kLinks, kBuildEffort));
  if (graph == nullptr) {
    return OutOfMemory();
  }
  return HnswIndex(dimension, source, std::move(graph));
}

Result<void> HnswIndex::Add(std::span<const std::uint64_t> ids) {
  while (!ids.empty()) {
    const std::size_t count = std::min(kRowsAtOnce, ids.size());
    MIEN_RETURN_IF_ERROR(AddSome(ids.first(count)));
    ids = ids.subspan(count);
  }
  return {};
}

Result<void> HnswIndex::AddSome(std::span<const std::uint64_t> ids) {
  const auto d = static_cast<std::size_t>(dimension_);
  std::vector<float> rows;
  rows.reserve(ids.size() * d);
  std::vector<std::uint64_t> found;
  MIEN_RETURN_IF_ERROR(
      source_->Read(ids, [&](std::uint64_t id, std::span<const float> row) {
        if (row.size() == d) {
          rows.insert(rows.end(), row.begin(), row.end());
          found.push_back(id);
        }
      }));
  if (found.empty()) {
    return {};
  }
  if (!graph_->Add(rows.data(), found.size())) {
    return OutOfMemory();
  }
  for (const std::uint64_t id : found) {
    positions_[id] = ids_.size();
    ids_.push_back(id);
  }
  return {};
}

bool HnswIndex::Remove(std::uint64_t id) {
  const auto found = positions_.find(id);
  if (found == positions_.end()) {
    return false;
  }
  ids_[found->second] = kWipedRow;
  positions_.erase(found);
  return true;
}

Result<std::vector<Neighbor>> HnswIndex::Search(std::span<const float> probe,
                                                int k) const {
  std::vector<float> unit(probe.size());
  Normalize(probe, unit);
  // The graph still leads through removed rows, which must not crowd out
  // others.
  const auto num_removed = ids_.size() - positions_.size();
  const auto wanted = static_cast<int>(
      std::min(static_cast<std::size_t>(k) + num_removed, ids_.size()));
  if (wanted == 0) {
    return std::vector<Neighbor>();
  }
  std::vector<std::int64_t> positions(static_cast<std::size_t>(wanted));
  if (!graph_->Search(unit.data(),
                      wanted,
                      std::max(kMinSearchEffort, 2 * wanted),
                      positions.data())) {
    return OutOfMemory();
  }
  std::vector<std::uint64_t> ids;
  for (const std::int64_t position : positions) {
    if (position >= 0 &&
        ids_[static_cast<std::size_t>(position)] != kWipedRow) {
      ids.push_back(ids_[static_cast<std::size_t>(position)]);
    }
  }
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
  neighbors.resize(std::min(neighbors.size(), static_cast<std::size_t>(k)));
  return neighbors;
}

}  // namespace mien
