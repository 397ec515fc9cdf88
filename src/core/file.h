// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

/// A file opened for reading, for libraries that read on their own.
class InputFile {
 public:
  /// Errors, each naming the path:
  /// - kNotFound: there is none.
  /// - kIo: a folder, or not readable.
  static Result<InputFile> Open(const std::filesystem::path& path);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  /// The descriptor, at the beginning of the file; closed with this object.
  [[nodiscard]] int descriptor() const { return fd_; }

  /// What the system states; 0 for pipes and files of /proc.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  InputFile(int fd, std::size_t size) : fd_(fd), size_(size) {}

  int fd_;
  std::size_t size_;
};

/// The bytes of the file at `path`.
///
/// Errors, each naming the path:
/// - kNotFound: there is none.
/// - kLimitExceeded: longer than `max_bytes`.
/// - kIo: a folder, or not readable.
Result<std::vector<std::byte>> ReadFile(const std::filesystem::path& path,
                                        std::size_t max_bytes = std::size_t{1}
                                                                << 34U);

/// Bytes that stay readable while `owner` lives.
struct SharedBytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
};

/// The bytes of the file at `path`, mapped into memory: nothing is copied,
/// pages are read when first used. Who replaces the file meanwhile must do so
/// by rename, as WriteFileAtomically() does. What cannot be mapped is read.
///
/// Errors: those of ReadFile().
Result<SharedBytes> MapFile(const std::filesystem::path& path,
                            std::size_t max_bytes);

/// Lets the system have the pages of `bytes` back, if they are of a mapped
/// file: they no longer count as this process's, and are read again when used.
/// For what is not needed for long; other memory is left alone.
void ReleasePages(const SharedBytes& bytes);

/// ReadFile() as text.
Result<std::string> ReadTextFile(const std::filesystem::path& path,
                                 std::size_t max_bytes = std::size_t{1} << 30U);

/// Writes `data` to `path` so that after a crash or a full disk either the old
/// file or the whole new one is there: temporary file beside it, fsync, rename.
///
/// Errors:
/// - kIo: names the path and what the system said.
Result<void> WriteFileAtomically(const std::filesystem::path& path,
                                 std::span<const std::byte> data);

/// WriteFileAtomically() of text.
Result<void> WriteFileAtomically(const std::filesystem::path& path,
                                 std::string_view text);

}  // namespace mien
