// SPDX-License-Identifier: Apache-2.0
#include "index/row_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

namespace mien {
namespace {

constexpr std::size_t kChunkTargetBytes = std::size_t{32} << 20U;
constexpr std::size_t kPageBytes = 4096;

Error SystemError(const std::string& what) {
  return {ErrorCode::kIo, what + ": " + std::strerror(errno)};
}

}  // namespace

RowFile::RowFile(RowFile&& other) noexcept
    : dimension_(other.dimension_),
      storage_(other.storage_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(std::exchange(other.size_, 0)),
      chunks_(std::exchange(other.chunks_, {})) {}

RowFile& RowFile::operator=(RowFile&& other) noexcept {
  std::swap(dimension_, other.dimension_);
  std::swap(storage_, other.storage_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(chunks_, other.chunks_);
  return *this;
}

RowFile::~RowFile() {
  for (float* chunk : chunks_) {
    ::munmap(chunk, ChunkBytes());
  }
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

std::size_t RowFile::RowsPerChunk() const {
  return kChunkTargetBytes /
             (static_cast<std::size_t>(dimension_) * sizeof(float)) +
         1;
}

std::size_t RowFile::ChunkBytes() const {
  const std::size_t bytes =
      RowsPerChunk() * static_cast<std::size_t>(dimension_) * sizeof(float);
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

std::span<const float> RowFile::row(std::size_t i) const {
  return {MutableRow(i), static_cast<std::size_t>(dimension_)};
}

float* RowFile::MutableRow(std::size_t i) const {
  return chunks_[i / RowsPerChunk()] +
         (i % RowsPerChunk()) * static_cast<std::size_t>(dimension_);
}

Result<void> RowFile::AddChunk() {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (storage_ == RowStorage::kTempFile) {
    flags = MAP_SHARED;
    const std::string folder = std::filesystem::temp_directory_path().string();
    if (descriptor_ < 0) {
      descriptor_ =
          ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
      if (descriptor_ < 0) {
        return SystemError(folder);
      }
    }
    // Space is taken now, so that a full disk is an error here and not a
    // signal at the first write to the mapping.
    const auto offset = static_cast<off_t>(chunks_.size() * ChunkBytes());
    const int failure = ::posix_fallocate(
        descriptor_, offset, static_cast<off_t>(ChunkBytes()));
    if (failure != 0) {
      errno = failure;
      return SystemError(folder);
    }
  }
  void* chunk = ::mmap(
      nullptr,
      ChunkBytes(),
      PROT_READ | PROT_WRITE,
      flags,
      descriptor_,
      descriptor_ < 0 ? 0 : static_cast<off_t>(chunks_.size() * ChunkBytes()));
  if (chunk == MAP_FAILED) {
    return SystemError("memory for the index");
  }
  chunks_.push_back(static_cast<float*>(chunk));
  return {};
}

Result<void> RowFile::Append(std::span<const float> row) {
  if (size_ == chunks_.size() * RowsPerChunk()) {
    MIEN_RETURN_IF_ERROR(AddChunk());
  }
  std::memcpy(MutableRow(size_), row.data(), row.size_bytes());
  ++size_;
  return {};
}

void RowFile::RemoveBySwap(std::size_t i) {
  const std::size_t bytes =
      static_cast<std::size_t>(dimension_) * sizeof(float);
  --size_;
  if (i != size_) {
    std::memcpy(MutableRow(i), MutableRow(size_), bytes);
  }
  // A removed vector must not stay in memory or on disk.
  std::memset(MutableRow(size_), 0, bytes);
}

}  // namespace mien
