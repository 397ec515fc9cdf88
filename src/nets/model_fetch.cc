// SPDX-License-Identifier: Apache-2.0
#include "nets/model_fetch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include "core/hash.h"
#include "nets/http_transfer.h"

namespace mien::nets {
namespace {

constexpr std::size_t kHashDigits = 64;

Error SystemError(const std::filesystem::path& path, std::string_view what) {
  return {
      ErrorCode::kIo,
      path.string() + ": " + std::string(what) + ": " + std::strerror(errno)};
}

/// An open file, locked against other downloads.
class PartFile {
 public:
  static Result<PartFile> Open(const std::filesystem::path& path) {
    PartFile file(path,
                  ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (file.fd_ < 0) {
      return SystemError(path, "cannot create");
    }
    if (::flock(file.fd_, LOCK_EX | LOCK_NB) != 0) {
      return Error{ErrorCode::kIo,
                   path.string() + ": another download is writing it"};
    }
    return file;
  }

  PartFile(PartFile&& other) noexcept
      : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  PartFile& operator=(PartFile&&) = delete;

  ~PartFile() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }

  [[nodiscard]] int fd() const { return fd_; }

  [[nodiscard]] std::uint64_t Size() const {
    struct stat status {};

    return ::fstat(fd_, &status) == 0
               ? static_cast<std::uint64_t>(status.st_size)
               : 0;
  }

  Result<void> Clear() {
    if (::ftruncate(fd_, 0) != 0) {
      return SystemError(path_, "cannot empty");
    }
    return {};
  }

  void Remove() { ::unlink(path_.c_str()); }

  Result<void> MoveTo(const std::filesystem::path& path) {
    if (::fsync(fd_) != 0) {
      return SystemError(path_, "cannot write");
    }
    if (::rename(path_.c_str(), path.c_str()) != 0) {
      return SystemError(path, "cannot replace");
    }
    return {};
  }

 private:
  PartFile(std::filesystem::path path, int fd)
      : path_(std::move(path)), fd_(fd) {}

  std::filesystem::path path_;
  int fd_;
};

/// SHA-256 of the whole open file.
Result<std::string> HashOf(int fd, const std::filesystem::path& path) {
  if (::lseek(fd, 0, SEEK_SET) != 0) {
    return SystemError(path, "cannot read");
  }
  Sha256 hash;
  std::vector<std::byte> buffer(std::size_t{1} << 20U);
  while (true) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return SystemError(path, "cannot read");
    }
    if (count == 0) {
      return hash.FinishHex();
    }
    hash.Update(std::span(buffer).first(static_cast<std::size_t>(count)));
  }
}

Result<void> CheckRequest(const FetchRequest& request) {
  if (!request.url.starts_with("https://") &&
      !request.url.starts_with("http://")) {
    return Error{
        ErrorCode::kInvalidArgument,
        "url is " + request.url + "; must begin with https:// or http://"};
  }
  const bool is_hex = std::ranges::all_of(request.sha256, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (!request.sha256.empty() &&
      (!is_hex || request.sha256.size() != kHashDigits)) {
    return Error{
        ErrorCode::kInvalidArgument,
        "sha256 is " + request.sha256 + "; must be 64 lower-case hex digits"};
  }
  return {};
}

/// What is at `path` already.
Result<FetchedFile> DescribeExisting(const FetchRequest& request) {
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(request.path, error);
  const int fd = ::open(request.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || error) {
    return SystemError(request.path, "cannot read");
  }
  auto hash = HashOf(fd, request.path);
  ::close(fd);
  if (!hash) {
    return hash.error();
  }
  if (*hash != request.sha256) {
    return Error{ErrorCode::kAlreadyExists,
                 request.path.string() + ": another file is there (sha256 " +
                     *hash + ")"};
  }
  return FetchedFile{*hash, bytes, 0};
}

/// Brings the part to its full length; what was there is continued only when
/// the hash will tell whether the pieces fit.
Result<std::uint64_t> Complete(const FetchRequest& request, PartFile& part) {
  if (request.sha256.empty()) {
    MIEN_RETURN_IF_ERROR(part.Clear());
  }
  MIEN_ASSIGN_OR_RETURN(const HttpAnswer answer,
                        Download(request, part.fd(), part.Size()));
  return answer.received_bytes;
}

/// Complete(), verified; a part that proves wrong is fetched once more from its
/// beginning before the source is called wrong.
Result<FetchedFile> CompleteAndVerify(const FetchRequest& request,
                                      const std::filesystem::path& part_path,
                                      PartFile& part) {
  const bool was_begun = part.Size() > 0 && !request.sha256.empty();
  FetchedFile file;
  for (const bool may_try_again : {was_begun, false}) {
    MIEN_ASSIGN_OR_RETURN(const std::uint64_t received,
                          Complete(request, part));
    file.downloaded_bytes += received;
    file.bytes = part.Size();
    MIEN_ASSIGN_OR_RETURN(file.sha256, HashOf(part.fd(), part_path));
    if (request.sha256.empty() || file.sha256 == request.sha256) {
      return file;
    }
    MIEN_RETURN_IF_ERROR(part.Clear());
    if (!may_try_again) {
      break;
    }
  }
  part.Remove();
  return Error{ErrorCode::kCorruptData,
               request.url + ": its sha256 is " + file.sha256 + "; must be " +
                   request.sha256};
}

}  // namespace

Result<FetchedFile> FetchFile(const FetchRequest& request) {
  MIEN_RETURN_IF_ERROR(CheckRequest(request));
  std::error_code ignored;
  if (std::filesystem::exists(request.path, ignored)) {
    return DescribeExisting(request);
  }
  std::filesystem::path part_path = request.path;
  part_path += ".part";
  MIEN_ASSIGN_OR_RETURN(PartFile part, PartFile::Open(part_path));
  MIEN_ASSIGN_OR_RETURN(const FetchedFile file,
                        CompleteAndVerify(request, part_path, part));
  MIEN_RETURN_IF_ERROR(part.MoveTo(request.path));
  return file;
}

}  // namespace mien::nets
