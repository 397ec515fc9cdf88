// SPDX-License-Identifier: Apache-2.0
#include "data/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mien {
namespace {

Error SystemError(const std::string& name, std::string_view what) {
  return {ErrorCode::kIo,
          name + ": " + std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

Result<AppendFile> AppendFile::Open(const std::filesystem::path& path,
                                    std::uint64_t size) {
  AppendFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644),
                  size,
                  path.string());

  struct stat status {};

  if (file.fd_ < 0 || ::fstat(file.fd_, &status) != 0) {
    return SystemError(file.name_, "cannot open");
  }
  if (static_cast<std::uint64_t>(status.st_size) < size) {
    return Error{ErrorCode::kCorruptData,
                 file.name_ + ": has " + std::to_string(status.st_size) +
                     " bytes; must have at least " + std::to_string(size)};
  }
  if (::ftruncate(file.fd_, static_cast<off_t>(size)) != 0 ||
      ::lseek(file.fd_, 0, SEEK_END) < 0) {
    return SystemError(file.name_, "cannot cut");
  }
  return file;
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      name_(std::move(other.name_)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  std::swap(name_, other.name_);
  return *this;
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Result<void> AppendFile::Append(std::span<const std::byte> data) {
  while (!data.empty()) {
    const ssize_t written = ::write(fd_, data.data(), data.size());
    if (written < 0 && errno != EINTR) {
      return SystemError(name_, "cannot write");
    }
    if (written > 0) {
      size_ += static_cast<std::uint64_t>(written);
      data = data.subspan(static_cast<std::size_t>(written));
    }
  }
  return {};
}

Result<void> AppendFile::Append(std::string_view text) {
  return Append(std::as_bytes(std::span(text)));
}

Result<void> AppendFile::Sync() {
  if (::fsync(fd_) != 0) {
    return SystemError(name_, "cannot write");
  }
  return {};
}

}  // namespace mien
