// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "mien/result.h"
#include "nets/model_fetch.h"

namespace mien::nets {

/// What one HTTP request brought.
struct HttpAnswer {
  /// Length of the file now.
  std::uint64_t file_bytes = 0;

  /// Of these, what this request wrote.
  std::uint64_t received_bytes = 0;

  /// The server has nothing behind `offset` (416); nothing was written.
  bool offset_is_past_end = false;
};

/// Appends what `request.url` holds from byte `offset` on to the open file
/// `fd`, which is `offset` bytes long. A server that cannot continue sends
/// everything; then the file is emptied first.
///
/// Errors: kNotFound, kLimitExceeded, kIo, kCancelled, kUnsupported as
/// FetchFile().
Result<HttpAnswer> Download(const FetchRequest& request,
                            int fd,
                            std::uint64_t offset);

}  // namespace mien::nets
