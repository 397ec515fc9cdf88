// SPDX-License-Identifier: Apache-2.0
#include "index/index_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <unordered_set>
#include <utility>

#include "core/parallel.h"
#include "index/index_file_layout.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// A file descriptor that is unlocked and closed at the end.
struct Descriptor {
  explicit Descriptor(int descriptor) : value(descriptor) {}

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() {
    if (value >= 0) {
      // A mapping keeps the open file, and a lock on it, beyond close().
      ::flock(value, LOCK_UN);
      ::close(value);
    }
  }

  int value;
};

Result<IndexFileHeader> ReadHeader(const fs::path& path, int descriptor) {
  IndexFileHeader header;
  const auto count = ::pread(descriptor, &header, sizeof(header), 0);
  if (count < 0) {
    return IndexFileError(path);
  }
  if (count != sizeof(header)) {
    return DamagedIndexFile(path, "too short");
  }
  MIEN_RETURN_IF_ERROR(CheckIndexHeader(path, header));
  return header;
}

IndexFileLabel LabelOf(const IndexFileHeader& header) {
  return {{header.owner.begin(), header.owner.end()},
          header.sequence,
          header.token};
}

/// A whole index file in memory, its header checked.
struct MappedIndexFile {
  IndexFileHeader header;
  IndexFileLayout layout;
  std::shared_ptr<void> owner;
  std::byte* bytes;

  [[nodiscard]] std::span<const std::byte> Digests() const {
    return {bytes + layout.digests, layout.end - layout.digests};
  }

  [[nodiscard]] bool Fits(std::size_t section) const {
    const auto digest = IndexDigestOf(layout.Section(bytes, section));
    return std::memcmp(digest.data(),
                       Digests().data() + section * kIndexDigestBytes,
                       kIndexDigestBytes) == 0;
  }

  /// Whether all sections fit their hashes.
  [[nodiscard]] bool IsWhole(int num_threads) const {
    std::atomic<bool> is_whole =
        IndexDigestOf(Digests()) == header.digest_of_digests;
    ParallelFor(
        static_cast<int>(layout.num_chunks) + 2, num_threads, [&](int section) {
          if (!Fits(static_cast<std::size_t>(section))) {
            is_whole = false;
          }
        });
    return is_whole;
  }

  void Rehash(std::size_t section) {
    const auto digest = IndexDigestOf(layout.Section(bytes, section));
    std::memcpy(bytes + layout.digests + section * kIndexDigestBytes,
                digest.data(),
                kIndexDigestBytes);
  }

  [[nodiscard]] RowChunk Chunk(std::size_t i) const {
    return {owner,
            layout.Section(bytes, i).data(),
            PaddedDimension(static_cast<int>(header.dimension))};
  }

  /// The ids of the rows in chunk `i`, or of as many where there are no chunks.
  [[nodiscard]] std::span<std::uint64_t> IdsOf(std::size_t i) const {
    const std::size_t first = i * RowChunk::kRows;
    return {reinterpret_cast<std::uint64_t*>(bytes + layout.ids) + first,
            std::min(RowChunk::kRows, header.num_rows - first)};
  }

  /// Wipes the rows of `doomed` among IdsOf(i), and says how many. The hash of
  /// the ids is left to the caller.
  Result<int> WipeIn(const fs::path& path,
                     std::size_t i,
                     const std::unordered_set<std::uint64_t>& doomed) {
    int num_wiped = 0;
    const bool has_rows = i < layout.num_chunks;
    const auto ids = IdsOf(i);
    for (std::size_t row = 0; row < ids.size(); ++row) {
      if (!doomed.contains(ids[row])) {
        continue;
      }
      if (has_rows && num_wiped == 0 && !Fits(i)) {
        return DamagedIndexFile(path, "its contents do not fit their hashes");
      }
      if (has_rows) {
        Chunk(i).Wipe(row);
      }
      ids[row] = kWipedRow;
      ++num_wiped;
    }
    if (has_rows && num_wiped > 0) {
      Rehash(i);
    }
    return num_wiped;
  }
};

/// `flags` as of mmap().
Result<MappedIndexFile> Map(const fs::path& path, int descriptor, int flags) {
  MIEN_ASSIGN_OR_RETURN(const IndexFileHeader header,
                        ReadHeader(path, descriptor));
  const IndexFileLayout layout(header);

  struct stat status {};

  if (::fstat(descriptor, &status) != 0) {
    return IndexFileError(path);
  }
  if (static_cast<std::size_t>(status.st_size) != layout.end) {
    return DamagedIndexFile(path,
                            std::to_string(status.st_size) +
                                " bytes instead of " +
                                std::to_string(layout.end));
  }
  void* memory =
      ::mmap(nullptr, layout.end, PROT_READ | PROT_WRITE, flags, descriptor, 0);
  if (memory == MAP_FAILED) {
    return IndexFileError(path);
  }
  std::shared_ptr<void> owner(
      memory, [size = layout.end](void* m) { ::munmap(m, size); });
  return MappedIndexFile{
      header, layout, std::move(owner), static_cast<std::byte*>(memory)};
}

}  // namespace

Result<IndexFileContents> ReadIndexFile(const fs::path& path, int num_threads) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0) {
    return IndexFileError(path);
  }
  // Nobody wipes rows while the hashes are compared.
  if (::flock(file.value, LOCK_SH) != 0) {
    return IndexFileError(path);
  }
  MIEN_ASSIGN_OR_RETURN(const MappedIndexFile mapped,
                        Map(path, file.value, MAP_PRIVATE));
  if (!mapped.IsWhole(num_threads)) {
    return DamagedIndexFile(path, "its contents do not fit their hashes");
  }
  const IndexFileLayout& layout = mapped.layout;
  IndexFileContents contents;
  contents.label = LabelOf(mapped.header);
  contents.dimension = static_cast<int>(mapped.header.dimension);
  for (std::size_t i = 0; i < layout.num_chunks; ++i) {
    contents.chunks.push_back(mapped.Chunk(i));
  }
  contents.ids.resize(mapped.header.num_rows);
  std::ranges::copy(layout.Section(mapped.bytes, layout.num_chunks),
                    std::as_writable_bytes(std::span(contents.ids)).begin());
  contents.numbers.resize(mapped.header.num_numbers);
  std::ranges::copy(
      layout.Section(mapped.bytes, layout.num_chunks + 1),
      std::as_writable_bytes(std::span(contents.numbers)).begin());
  return contents;
}

Result<IndexFileLabel> ReadIndexFileLabel(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0) {
    return IndexFileError(path);
  }
  if (::flock(file.value, LOCK_SH) != 0) {
    return IndexFileError(path);
  }
  MIEN_ASSIGN_OR_RETURN(const IndexFileHeader header,
                        ReadHeader(path, file.value));
  return LabelOf(header);
}

Result<int> WipeIndexRows(const fs::path& path,
                          std::span<const std::uint64_t> ids) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.value < 0) {
    return IndexFileError(path);
  }
  if (::flock(file.value, LOCK_EX) != 0) {
    return IndexFileError(path);
  }
  MIEN_ASSIGN_OR_RETURN(MappedIndexFile mapped,
                        Map(path, file.value, MAP_SHARED));
  const std::unordered_set<std::uint64_t> doomed(ids.begin(), ids.end());
  int num_wiped = 0;
  if (!mapped.Fits(mapped.layout.num_chunks)) {
    return DamagedIndexFile(path, "its ids do not fit their hash");
  }
  const std::size_t num_parts = NumIndexChunks(mapped.header.num_rows);
  for (std::size_t c = 0; c < num_parts; ++c) {
    MIEN_ASSIGN_OR_RETURN(const int in_chunk, mapped.WipeIn(path, c, doomed));
    num_wiped += in_chunk;
  }
  if (num_wiped > 0) {
    mapped.Rehash(mapped.layout.num_chunks);
    SealIndexHeader(mapped.header, mapped.Digests());
    std::memcpy(mapped.bytes, &mapped.header, sizeof(mapped.header));
    if (::msync(mapped.bytes, mapped.layout.end, MS_SYNC) != 0) {
      return IndexFileError(path);
    }
  }
  return num_wiped;
}

}  // namespace mien
