// SPDX-License-Identifier: Apache-2.0
#include "core/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace mien {
namespace {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }

  [[nodiscard]] int get() const { return fd_; }

  /// Closes now and returns what close() says.
  int Close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

/// Ends a mapping of a file.
struct Unmap {
  std::size_t size;

  void operator()(const void* memory) const {
    ::munmap(const_cast<void*>(memory), size);
  }
};

Error SystemError(const std::filesystem::path& path, std::string_view what) {
  const int reason = errno;
  const ErrorCode code =
      reason == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return {
      code,
      path.string() + ": " + std::string(what) + ": " + std::strerror(reason)};
}

Result<void> WriteAll(int fd,
                      std::span<const std::byte> data,
                      const std::filesystem::path& path) {
  while (!data.empty()) {
    const ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return SystemError(path, "cannot write");
    }
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> WriteAndSync(const std::filesystem::path& path,
                          std::span<const std::byte> data) {
  Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) {
    return SystemError(path, "cannot create");
  }
  MIEN_RETURN_IF_ERROR(WriteAll(file.get(), data, path));
  if (::fsync(file.get()) != 0 || file.Close() != 0) {
    return SystemError(path, "cannot write");
  }
  return {};
}

}  // namespace

Result<InputFile> InputFile::Open(const std::filesystem::path& path) {
  struct stat status {};

  InputFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC), 0);
  if (file.fd_ < 0 || ::fstat(file.fd_, &status) != 0) {
    return SystemError(path, "cannot open");
  }
  if (S_ISDIR(status.st_mode)) {
    return Error{ErrorCode::kIo, path.string() + ": is a folder, not a file"};
  }
  file.size_ = static_cast<std::size_t>(status.st_size);
  return file;
}

InputFile::InputFile(InputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

InputFile::~InputFile() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Result<std::vector<std::byte>> ReadFile(const std::filesystem::path& path,
                                        std::size_t max_bytes) {
  MIEN_ASSIGN_OR_RETURN(const InputFile file, InputFile::Open(path));
  // Files of /proc and pipes state no size: read in growing pieces up to the
  // limit instead of trusting it.
  constexpr std::size_t kPieceBytes = std::size_t{1} << 16U;
  std::vector<std::byte> data;
  std::size_t size = 0;
  data.resize(file.size() <= max_bytes ? file.size() + 1 : kPieceBytes);
  while (size <= max_bytes) {
    if (size == data.size()) {
      data.resize(size + size / 2 + kPieceBytes);
    }
    const ssize_t count =
        ::read(file.descriptor(), data.data() + size, data.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return SystemError(path, "cannot read");
    }
    if (count == 0) {
      data.resize(size);
      return data;
    }
    size += static_cast<std::size_t>(count);
  }
  return Error{ErrorCode::kLimitExceeded,
               path.string() + ": is longer than the limit of " +
                   std::to_string(max_bytes) + " bytes"};
}

Result<SharedBytes> MapFile(const std::filesystem::path& path,
                            std::size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));

  struct stat status {};

  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return SystemError(path, "cannot open");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = MAP_FAILED;
  if (S_ISREG(status.st_mode) && size > 0 && size <= max_bytes) {
    memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  }
  if (memory == MAP_FAILED) {
    MIEN_ASSIGN_OR_RETURN(std::vector<std::byte> data,
                          ReadFile(path, max_bytes));
    const auto owner =
        std::make_shared<const std::vector<std::byte>>(std::move(data));
    return SharedBytes{owner, *owner};
  }
  const std::shared_ptr<const void> owner(memory, Unmap{size});
  return SharedBytes{owner, {static_cast<const std::byte*>(memory), size}};
}

void ReleasePages(const SharedBytes& bytes) {
  if (std::get_deleter<Unmap>(bytes.owner) == nullptr) {
    return;
  }
  // Whole pages only: what stands beside may be in use.
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.bytes.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + bytes.bytes.size()) / page * page;
  if (first < last) {
    ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  }
}

Result<std::string> ReadTextFile(const std::filesystem::path& path,
                                 std::size_t max_bytes) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::byte> data,
                        ReadFile(path, max_bytes));
  return std::string(reinterpret_cast<const char*>(data.data()), data.size());
}

Result<void> WriteFileAtomically(const std::filesystem::path& path,
                                 std::span<const std::byte> data) {
  std::filesystem::path draft = path;
  draft += "." + std::to_string(::getpid()) + ".tmp";
  Result<void> written = WriteAndSync(draft, data);
  if (written && ::rename(draft.c_str(), path.c_str()) != 0) {
    written = SystemError(path, "cannot replace");
  }
  if (!written) {
    ::unlink(draft.c_str());
  }
  return written;
}

Result<void> WriteFileAtomically(const std::filesystem::path& path,
                                 std::string_view text) {
  return WriteFileAtomically(path, std::as_bytes(std::span(text)));
}

}  // namespace mien
