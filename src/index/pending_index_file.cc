// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/check.h"
#include "core/hash.h"
#include "index/index_file.h"
#include "index/index_file_layout.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

Result<PendingIndexFile> PendingIndexFile::Write(const fs::path& folder,
                                                 unsigned mode,
                                                 const IndexFileLabel& label,
                                                 const IndexFileParts& parts) {
  MIEN_CHECK(label.owner.size() == 64);
  MIEN_CHECK(parts.chunks.empty() ||
             parts.chunks.size() == NumIndexChunks(parts.ids.size()));
  PendingIndexFile file(
      ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.descriptor_ < 0 || ::fchmod(file.descriptor_, mode) != 0) {
    return IndexFileError(folder);
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
  output.Write(std::vector<std::byte>(kIndexHeaderBytes));
  std::string digests;
  for (const RowChunk& chunk : parts.chunks) {
    output.WriteSection(chunk.bytes(), digests);
  }
  output.WriteSection(std::as_bytes(parts.ids), digests);
  output.WriteSection(std::as_bytes(parts.numbers), digests);
  output.Write(std::as_bytes(std::span(digests)));
  SealIndexHeader(header, std::as_bytes(std::span(digests)));
  if (output.failed() ||
      ::pwrite(file.descriptor_, &header, sizeof(header), 0) !=
          sizeof(header) ||
      ::fsync(file.descriptor_) != 0) {
    return IndexFileError(folder);
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
    return IndexFileError(temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = IndexFileError(path);
    ::unlink(temporary.c_str());
    return error;
  }
  return {};
}

}  // namespace mien
