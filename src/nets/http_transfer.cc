// SPDX-License-Identifier: Apache-2.0
#include "nets/http_transfer.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

#include "nets/curl_library.h"

namespace mien::nets {
namespace {

constexpr long kConnectTimeoutSeconds = 30;

// Slower than this for so long counts as interrupted.
constexpr long kLeastBytesPerSecond = 100;
constexpr long kStallSeconds = 60;

constexpr long kPartialContent = 206;
constexpr long kNotFoundStatus = 404;
constexpr long kGoneStatus = 410;
constexpr long kRangeNotSatisfiable = 416;

/// One request under way; libcurl's callbacks work on it.
struct Transfer {
  const FetchRequest& request;
  const CurlLibrary& curl;
  CURL* handle = nullptr;
  int fd = -1;
  std::uint64_t offset = 0;       ///< where the answer's first byte belongs
  std::uint64_t range_start = 0;  ///< of Content-Range
  std::uint64_t received_bytes = 0;
  bool has_begun = false;
  bool is_cancelled = false;
  Result<void> failure;  ///< why a callback stopped the transfer

  [[nodiscard]] long Status() const {
    long status = 0;
    curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  /// Before the first byte: continue, or begin anew.
  Result<void> Begin() {
    has_begun = true;
    if (offset == 0) {
      return {};
    }
    if (Status() != kPartialContent) {
      offset = 0;
      if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0) {
        return Error{ErrorCode::kIo, std::strerror(errno)};
      }
    } else if (range_start != offset) {
      return Error{ErrorCode::kIo,
                   "the server continues at byte " +
                       std::to_string(range_start) + " instead of " +
                       std::to_string(offset)};
    }
    return {};
  }

  Result<void> Append(const char* data, std::size_t size) {
    if (!has_begun) {
      MIEN_RETURN_IF_ERROR(Begin());
    }
    if (size > request.max_bytes ||
        offset + received_bytes > request.max_bytes - size) {
      return Error{ErrorCode::kLimitExceeded,
                   "is longer than the limit of " +
                       std::to_string(request.max_bytes) + " bytes"};
    }
    received_bytes += size;
    while (size > 0) {
      const ssize_t written = ::write(fd, data, size);
      if (written < 0 && errno != EINTR) {
        return Error{ErrorCode::kIo, std::strerror(errno)};
      }
      const auto step = static_cast<std::size_t>(std::max<ssize_t>(written, 0));
      data += step;
      size -= step;
    }
    return {};
  }
};

std::size_t OnBody(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.failure = transfer.Append(data, size);
  return transfer.failure ? size : 0;
}

/// Keeps the start of "Content-Range: bytes 100-199/200".
std::size_t OnHeader(char* data, std::size_t, std::size_t size, void* user) {
  static constexpr std::string_view kName = "content-range: bytes ";
  const std::string_view line(data, size);
  const bool matches =
      line.size() > kName.size() &&
      std::equal(kName.begin(), kName.end(), line.begin(), [](char a, char b) {
        return a == std::tolower(static_cast<unsigned char>(b));
      });
  if (matches) {
    std::from_chars(line.data() + kName.size(),
                    line.data() + line.size(),
                    static_cast<Transfer*>(user)->range_start);
  }
  return size;
}

int OnProgress(void* user,
               curl_off_t download_total,
               curl_off_t download_done,
               curl_off_t,
               curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto total = static_cast<std::uint64_t>(download_total);
  const FetchProgress progress = {
      transfer.offset + static_cast<std::uint64_t>(download_done),
      total == 0 ? 0 : transfer.offset + total};
  transfer.is_cancelled =
      transfer.request.observer && !transfer.request.observer(progress);
  return transfer.is_cancelled ? 1 : 0;
}

void Configure(Transfer& transfer) {
  const auto set = [&](CURLoption option, auto value) {
    transfer.curl.easy_setopt(transfer.handle, option, value);
  };
  const std::string range = std::to_string(transfer.offset) + "-";
  set(CURLOPT_URL, transfer.request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_USERAGENT, "mien");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 10L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectTimeoutSeconds);
  set(CURLOPT_LOW_SPEED_LIMIT, kLeastBytesPerSecond);
  set(CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  if (transfer.offset > 0) {
    set(CURLOPT_RANGE, range.c_str());
  }
  // A redirect must not lead from https to http.
  if (transfer.request.url.starts_with("https:")) {
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  }
  set(CURLOPT_WRITEFUNCTION, OnBody);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, OnHeader);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, OnProgress);
  set(CURLOPT_XFERINFODATA, &transfer);
}

/// What went wrong, from libcurl's answer.
Error ErrorOf(const Transfer& transfer, CURLcode code) {
  if (!transfer.failure) {
    return transfer.failure.error();
  }
  if (transfer.is_cancelled) {
    return {ErrorCode::kCancelled, "stopped"};
  }
  const long status = transfer.Status();
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    const bool is_gone = status == kNotFoundStatus || status == kGoneStatus;
    return {is_gone ? ErrorCode::kNotFound : ErrorCode::kIo,
            "the server answers with HTTP status " + std::to_string(status)};
  }
  return {ErrorCode::kIo, transfer.curl.easy_strerror(code)};
}

}  // namespace

Result<HttpAnswer> Download(const FetchRequest& request,
                            int fd,
                            std::uint64_t offset) {
  MIEN_ASSIGN_OR_RETURN(const CurlLibrary curl, CurlLibrary::Load());
  const std::unique_ptr<CURL, decltype(curl.easy_cleanup)> handle(
      curl.easy_init(), curl.easy_cleanup);
  if (handle == nullptr) {
    return Error{ErrorCode::kIo, "libcurl does not start"};
  }
  if (::lseek(fd, static_cast<off_t>(offset), SEEK_SET) < 0) {
    return Error{ErrorCode::kIo, std::strerror(errno)};
  }
  Transfer transfer{
      .request = request,
      .curl = curl,
      .handle = handle.get(),
      .fd = fd,
      .offset = offset,
      .failure = {},
  };
  Configure(transfer);
  const CURLcode code = curl.easy_perform(handle.get());
  if (code == CURLE_HTTP_RETURNED_ERROR && offset > 0 &&
      transfer.Status() == kRangeNotSatisfiable) {
    return HttpAnswer{offset, 0, true};
  }
  if (code != CURLE_OK) {
    return ErrorOf(transfer, code).WithContext(request.url);
  }
  return HttpAnswer{transfer.offset + transfer.received_bytes,
                    transfer.received_bytes,
                    false};
}

}  // namespace mien::nets
