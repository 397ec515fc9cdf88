// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "http_message.h"

namespace mien::server {

enum class LogFormat { kText, kJson };

/// One event: its name and its values, in order.
using LogFields = TextPairs;

/// Writes one line per event: `time=... event=request id=... status=200`, or
/// the same as a JSON object. Nobody hands it a picture, an embedding or a
/// person's name.
///
/// Thread safety: all methods may run concurrently.
class ServerLog {
 public:
  using Write = std::function<void(std::string_view line)>;

  ServerLog(LogFormat format, Write write)
      : format_(format), write_(std::move(write)) {}

  void Event(std::string_view event, const LogFields& fields);

 private:
  LogFormat format_;
  Write write_;
  std::mutex mutex_;
};

/// `fields` as one line, ended by a line break. In text, values with spaces,
/// quotes or control characters are quoted as in JSON.
std::string LogLine(LogFormat format, const LogFields& fields);

/// A log's sink that appends to `file`, which must outlive it.
ServerLog::Write WriteTo(std::FILE* file);

}  // namespace mien::server
