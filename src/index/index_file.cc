// SPDX-License-Identifier: Apache-2.0
#include "index/index_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "core/check.h"
#include "core/hash.h"
#include "core/parallel.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 8> kMagic = {'m', 'i', 'e', 'n', 'i', 'n', 'd', 'x'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kDigestBytes = 64;
constexpr std::uint64_t kMaxRows = std::uint64_t{1} << 32U;

struct IndexFileHeader {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t dimension = 0;
  std::uint32_t block_rows = kBlockRows;
  std::uint32_t chunk_rows = RowChunk::kRows;  ///< 0 in a file without rows
  std::uint64_t num_rows = 0;
  std::uint64_t num_numbers = 0;
  std::int64_t sequence = 0;
  std::int64_t token = 0;
  std::array<char, 64> owner{};
  std::array<char, kDigestBytes> digest_of_digests{};
  std::array<char, kDigestBytes> digest{};  ///< of all before
};

static_assert(std::is_trivially_copyable_v<IndexFileHeader>);
static_assert(sizeof(IndexFileHeader) == 248);

Error SystemError(const fs::path& path) {
  return {errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
          path.string() + ": " + std::strerror(errno)};
}

Error Damaged(const fs::path& path, const std::string& what) {
  return {ErrorCode::kCorruptData, path.string() + ": damaged index: " + what};
}

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

std::span<const std::byte> BytesOf(const IndexFileHeader& header,
                                   std::size_t count) {
  return std::as_bytes(std::span(&header, 1)).first(count);
}

std::array<char, kDigestBytes> DigestOf(std::span<const std::byte> bytes) {
  std::array<char, kDigestBytes> digest{};
  std::ranges::copy(Sha256Hex(bytes), digest.begin());
  return digest;
}

std::size_t NumChunks(std::size_t num_rows) {
  return (num_rows + RowChunk::kRows - 1) / RowChunk::kRows;
}

/// Where the parts of a file lie.
struct Layout {
  explicit Layout(const IndexFileHeader& header)
      : chunk_bytes(RowChunk::Bytes(
            PaddedDimension(static_cast<int>(header.dimension)))),
        num_chunks(header.chunk_rows == 0 ? 0 : NumChunks(header.num_rows)),
        ids(kHeaderBytes + num_chunks * chunk_bytes),
        numbers(ids + header.num_rows * sizeof(std::uint64_t)),
        digests(numbers + header.num_numbers * sizeof(std::int64_t)),
        end(digests + (num_chunks + 2) * kDigestBytes) {}

  std::size_t chunk_bytes;
  std::size_t num_chunks;
  std::size_t ids;
  std::size_t numbers;
  std::size_t digests;
  std::size_t end;

  /// Section `i`: a chunk, then the ids, then the numbers.
  [[nodiscard]] std::span<std::byte> Section(std::byte* file,
                                             std::size_t i) const {
    if (i < num_chunks) {
      return {file + kHeaderBytes + i * chunk_bytes, chunk_bytes};
    }
    return i == num_chunks ? std::span(file + ids, numbers - ids)
                           : std::span(file + numbers, digests - numbers);
  }
};

Result<void> CheckHeader(const fs::path& path, const IndexFileHeader& header) {
  if (header.magic != kMagic) {
    return Damaged(path, "not an index file");
  }
  if (header.version != kVersion) {
    return Error{ErrorCode::kUnsupported,
                 path.string() + ": index file of version " +
                     std::to_string(header.version) + "; this mien knows " +
                     std::to_string(kVersion)};
  }
  if (header.digest !=
      DigestOf(BytesOf(header, offsetof(IndexFileHeader, digest)))) {
    return Damaged(path, "its header does not fit its hash");
  }
  if (header.dimension < 1 || header.dimension > kMaxDimension ||
      header.block_rows != kBlockRows ||
      (header.chunk_rows != RowChunk::kRows && header.chunk_rows != 0) ||
      header.num_rows > kMaxRows || header.num_numbers > 4 * kMaxRows) {
    return Damaged(path, "impossible sizes");
  }
  return {};
}

Result<IndexFileHeader> ReadHeader(const fs::path& path, int descriptor) {
  IndexFileHeader header;
  const auto count = ::pread(descriptor, &header, sizeof(header), 0);
  if (count < 0) {
    return SystemError(path);
  }
  if (count != sizeof(header)) {
    return Damaged(path, "too short");
  }
  MIEN_RETURN_IF_ERROR(CheckHeader(path, header));
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
  Layout layout;
  std::shared_ptr<void> owner;
  std::byte* bytes;

  [[nodiscard]] std::span<const std::byte> Digests() const {
    return {bytes + layout.digests, layout.end - layout.digests};
  }

  [[nodiscard]] bool Fits(std::size_t section) const {
    const auto digest = DigestOf(layout.Section(bytes, section));
    return std::memcmp(digest.data(),
                       Digests().data() + section * kDigestBytes,
                       kDigestBytes) == 0;
  }

  /// Whether all sections fit their hashes.
  [[nodiscard]] bool IsWhole(int num_threads) const {
    std::atomic<bool> is_whole =
        DigestOf(Digests()) == header.digest_of_digests;
    ParallelFor(
        static_cast<int>(layout.num_chunks) + 2, num_threads, [&](int section) {
          if (!Fits(static_cast<std::size_t>(section))) {
            is_whole = false;
          }
        });
    return is_whole;
  }

  void Rehash(std::size_t section) {
    const auto digest = DigestOf(layout.Section(bytes, section));
    std::memcpy(bytes + layout.digests + section * kDigestBytes,
                digest.data(),
                kDigestBytes);
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
        return Damaged(path, "its contents do not fit their hashes");
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
  const Layout layout(header);

  struct stat status {};

  if (::fstat(descriptor, &status) != 0) {
    return SystemError(path);
  }
  if (static_cast<std::size_t>(status.st_size) != layout.end) {
    return Damaged(path,
                   std::to_string(status.st_size) + " bytes instead of " +
                       std::to_string(layout.end));
  }
  void* memory =
      ::mmap(nullptr, layout.end, PROT_READ | PROT_WRITE, flags, descriptor, 0);
  if (memory == MAP_FAILED) {
    return SystemError(path);
  }
  std::shared_ptr<void> owner(
      memory, [size = layout.end](void* m) { ::munmap(m, size); });
  return MappedIndexFile{
      header, layout, std::move(owner), static_cast<std::byte*>(memory)};
}

/// Writes to a descriptor from the beginning on.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// Ignores everything after a failure.
  void Write(std::span<const std::byte> bytes) {
    while (!failed_ && !bytes.empty()) {
      const auto count =
          ::pwrite(descriptor_, bytes.data(), bytes.size(), offset_);
      if (count < 0 && errno == EINTR) {
        continue;
      }
      failed_ = count <= 0;
      if (!failed_) {
        offset_ += count;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
      }
    }
  }

  /// Write(), and the hash at the end of `digests`.
  void WriteSection(std::span<const std::byte> bytes, std::string& digests) {
    Write(bytes);
    digests += Sha256Hex(bytes);
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  int descriptor_;
  off_t offset_ = 0;
  bool failed_ = false;
};

void Seal(IndexFileHeader& header, std::span<const std::byte> digests) {
  header.digest_of_digests = DigestOf(digests);
  header.digest = DigestOf(BytesOf(header, offsetof(IndexFileHeader, digest)));
}

}  // namespace

Result<IndexFileContents> ReadIndexFile(const fs::path& path, int num_threads) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0) {
    return SystemError(path);
  }
  // Nobody wipes rows while the hashes are compared.
  if (::flock(file.value, LOCK_SH) != 0) {
    return SystemError(path);
  }
  MIEN_ASSIGN_OR_RETURN(const MappedIndexFile mapped,
                        Map(path, file.value, MAP_PRIVATE));
  if (!mapped.IsWhole(num_threads)) {
    return Damaged(path, "its contents do not fit their hashes");
  }
  const Layout& layout = mapped.layout;
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
    return SystemError(path);
  }
  if (::flock(file.value, LOCK_SH) != 0) {
    return SystemError(path);
  }
  MIEN_ASSIGN_OR_RETURN(const IndexFileHeader header,
                        ReadHeader(path, file.value));
  return LabelOf(header);
}

Result<int> WipeIndexRows(const fs::path& path,
                          std::span<const std::uint64_t> ids) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.value < 0) {
    return SystemError(path);
  }
  if (::flock(file.value, LOCK_EX) != 0) {
    return SystemError(path);
  }
  MIEN_ASSIGN_OR_RETURN(MappedIndexFile mapped,
                        Map(path, file.value, MAP_SHARED));
  const std::unordered_set<std::uint64_t> doomed(ids.begin(), ids.end());
  int num_wiped = 0;
  if (!mapped.Fits(mapped.layout.num_chunks)) {
    return Damaged(path, "its ids do not fit their hash");
  }
  const std::size_t num_parts = NumChunks(mapped.header.num_rows);
  for (std::size_t c = 0; c < num_parts; ++c) {
    MIEN_ASSIGN_OR_RETURN(const int in_chunk, mapped.WipeIn(path, c, doomed));
    num_wiped += in_chunk;
  }
  if (num_wiped > 0) {
    mapped.Rehash(mapped.layout.num_chunks);
    Seal(mapped.header, mapped.Digests());
    std::memcpy(mapped.bytes, &mapped.header, sizeof(mapped.header));
    if (::msync(mapped.bytes, mapped.layout.end, MS_SYNC) != 0) {
      return SystemError(path);
    }
  }
  return num_wiped;
}

Result<PendingIndexFile> PendingIndexFile::Write(const fs::path& folder,
                                                 unsigned mode,
                                                 const IndexFileLabel& label,
                                                 const IndexFileParts& parts) {
  MIEN_CHECK(label.owner.size() == 64);
  MIEN_CHECK(parts.chunks.empty() ||
             parts.chunks.size() == NumChunks(parts.ids.size()));
  PendingIndexFile file(
      ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.descriptor_ < 0 || ::fchmod(file.descriptor_, mode) != 0) {
    return SystemError(folder);
  }
  IndexFileHeader header;
  header.dimension = static_cast<std::uint32_t>(parts.dimension);
  header.chunk_rows = parts.chunks.empty() ? 0 : RowChunk::kRows;
  header.num_rows = parts.ids.size();
  header.num_numbers = parts.numbers.size();
  header.sequence = label.sequence;
  header.token = label.token;
  std::ranges::copy(label.owner, header.owner.begin());

  Output output(file.descriptor_);
  output.Write(std::vector<std::byte>(kHeaderBytes));
  std::string digests;
  for (const RowChunk& chunk : parts.chunks) {
    output.WriteSection(chunk.bytes(), digests);
  }
  output.WriteSection(std::as_bytes(parts.ids), digests);
  output.WriteSection(std::as_bytes(parts.numbers), digests);
  output.Write(std::as_bytes(std::span(digests)));
  Seal(header, std::as_bytes(std::span(digests)));
  if (output.failed() ||
      ::pwrite(file.descriptor_, &header, sizeof(header), 0) !=
          sizeof(header) ||
      ::fsync(file.descriptor_) != 0) {
    return SystemError(folder);
  }
  return file;
}

PendingIndexFile::PendingIndexFile(PendingIndexFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

PendingIndexFile::~PendingIndexFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Result<void> PendingIndexFile::Publish(const fs::path& path) {
  const std::string unnamed = "/proc/self/fd/" + std::to_string(descriptor_);
  // A name cannot be taken away from another file in one step, so it gets an
  // unused one first. An old one of a killed process is in the way.
  const fs::path temporary =
      path.string() + ".new-" + std::to_string(::getpid());
  ::unlink(temporary.c_str());
  if (::linkat(AT_FDCWD,
               unnamed.c_str(),
               AT_FDCWD,
               temporary.c_str(),
               AT_SYMLINK_FOLLOW) != 0) {
    return SystemError(temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = SystemError(path);
    ::unlink(temporary.c_str());
    return error;
  }
  return {};
}

}  // namespace mien
