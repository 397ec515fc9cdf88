// SPDX-License-Identifier: Apache-2.0
#include "index/index_file_layout.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/hash.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxRows = std::uint64_t{1} << 32U;

std::span<const std::byte> BytesOf(const IndexFileHeader& header,
                                   std::size_t count) {
  return std::as_bytes(std::span(&header, 1)).first(count);
}

}  // namespace

IndexDigest IndexDigestOf(std::span<const std::byte> bytes) {
  IndexDigest digest{};
  std::ranges::copy(Sha256Hex(bytes), digest.begin());
  return digest;
}

void SealIndexHeader(IndexFileHeader& header,
                     std::span<const std::byte> digests) {
  header.digest_of_digests = IndexDigestOf(digests);
  header.digest =
      IndexDigestOf(BytesOf(header, offsetof(IndexFileHeader, digest)));
}

Result<void> CheckIndexHeader(const fs::path& path,
                              const IndexFileHeader& header) {
  if (header.magic != IndexFileHeader().magic) {
    return DamagedIndexFile(path, "not an index file");
  }
  if (header.version != IndexFileHeader().version) {
    return Error{ErrorCode::kUnsupported,
                 path.string() + ": index file of version " +
                     std::to_string(header.version) + "; this mien knows " +
                     std::to_string(IndexFileHeader().version)};
  }
  if (header.digest !=
      IndexDigestOf(BytesOf(header, offsetof(IndexFileHeader, digest)))) {
    return DamagedIndexFile(path, "its header does not fit its hash");
  }
  if (header.dimension < 1 || header.dimension > kMaxDimension ||
      header.block_rows != kBlockRows ||
      (header.chunk_rows != RowChunk::kRows && header.chunk_rows != 0) ||
      header.num_rows > kMaxRows || header.num_numbers > 4 * kMaxRows) {
    return DamagedIndexFile(path, "impossible sizes");
  }
  return {};
}

std::size_t NumIndexChunks(std::size_t num_rows) {
  return (num_rows + RowChunk::kRows - 1) / RowChunk::kRows;
}

Error IndexFileError(const fs::path& path) {
  return {errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
          path.string() + ": " + std::strerror(errno)};
}

Error DamagedIndexFile(const fs::path& path, const std::string& what) {
  return {ErrorCode::kCorruptData, path.string() + ": damaged index: " + what};
}

}  // namespace mien
