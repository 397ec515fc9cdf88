// SPDX-License-Identifier: Apache-2.0
//
// How an index file lies on the disk, as index_file.h draws it. For those who
// read and write such files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>

#include "index/row_chunk.h"
#include "mien/result.h"

namespace mien {

inline constexpr std::size_t kIndexHeaderBytes = 4096;
inline constexpr std::size_t kIndexDigestBytes = 64;

using IndexDigest = std::array<char, kIndexDigestBytes>;

struct IndexFileHeader {
  std::array<char, 8> magic = {'m', 'i', 'e', 'n', 'i', 'n', 'd', 'x'};
  std::uint32_t version = 1;
  std::uint32_t dimension = 0;
  std::uint32_t block_rows = kBlockRows;
  std::uint32_t chunk_rows = RowChunk::kRows;  ///< 0 in a file without rows
  std::uint64_t num_rows = 0;
  std::uint64_t num_numbers = 0;
  std::int64_t sequence = 0;
  std::int64_t token = 0;
  std::array<char, 64> owner{};
  IndexDigest digest_of_digests{};
  IndexDigest digest{};  ///< of all before
};

static_assert(std::is_trivially_copyable_v<IndexFileHeader>);
static_assert(sizeof(IndexFileHeader) == 248);

/// SHA-256 in hex digits.
IndexDigest IndexDigestOf(std::span<const std::byte> bytes);

/// Gives `header` its hashes; `digests` is the last section.
void SealIndexHeader(IndexFileHeader& header,
                     std::span<const std::byte> digests);

/// Whether `header`, of the file at `path`, can be believed.
///
/// Errors: kCorruptData, kUnsupported, as ReadIndexFile().
Result<void> CheckIndexHeader(const std::filesystem::path& path,
                              const IndexFileHeader& header);

/// How many chunks so many rows need.
std::size_t NumIndexChunks(std::size_t num_rows);

/// Where the parts of a file lie.
struct IndexFileLayout {
  explicit IndexFileLayout(const IndexFileHeader& header)
      : chunk_bytes(RowChunk::Bytes(
            PaddedDimension(static_cast<int>(header.dimension)))),
        num_chunks(header.chunk_rows == 0 ? 0
                                          : NumIndexChunks(header.num_rows)),
        ids(kIndexHeaderBytes + num_chunks * chunk_bytes),
        numbers(ids + header.num_rows * sizeof(std::uint64_t)),
        digests(numbers + header.num_numbers * sizeof(std::int64_t)),
        end(digests + (num_chunks + 2) * kIndexDigestBytes) {}

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
      return {file + kIndexHeaderBytes + i * chunk_bytes, chunk_bytes};
    }
    return i == num_chunks ? std::span(file + ids, numbers - ids)
                           : std::span(file + numbers, digests - numbers);
  }
};

/// What the system said last, of `path`: kNotFound or kIo.
Error IndexFileError(const std::filesystem::path& path);

/// kCorruptData.
Error DamagedIndexFile(const std::filesystem::path& path,
                       const std::string& what);

}  // namespace mien
