// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "mien/result.h"

namespace mien {

/// A file that grows at its end, and is cut to a length that is known to be
/// sound when it is opened again.
///
/// Thread safety: one thread at a time.
class AppendFile {
 public:
  /// Opens or makes the file at `path` and cuts it to `size` bytes.
  ///
  /// Errors:
  /// - kIo: cannot be written.
  /// - kCorruptData: shorter than `size`.
  static Result<AppendFile> Open(const std::filesystem::path& path,
                                 std::uint64_t size);

  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  ~AppendFile();

  /// Errors:
  /// - kIo: the disk is full, ...; the file may have grown by a part.
  Result<void> Append(std::span<const std::byte> data);
  Result<void> Append(std::string_view text);

  /// Waits until all of it is on disk.
  Result<void> Sync();

  /// Bytes so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  AppendFile(int fd, std::uint64_t size, std::string name)
      : fd_(fd), size_(size), name_(std::move(name)) {}

  int fd_;
  std::uint64_t size_;
  std::string name_;
};

}  // namespace mien
