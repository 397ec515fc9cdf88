// SPDX-License-Identifier: Apache-2.0
#include "server_log.h"

#include <algorithm>
#include <chrono>

#include "json.h"
#include "time_text.h"

namespace mien::server {
namespace {

using cli::Json;

/// RFC 3339 with milliseconds: 2026-11-25T21:09:42.123Z
std::string NowText() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto ms =
      std::chrono::floor<std::chrono::milliseconds>(now - seconds).count();
  std::string text = TimeText(seconds);
  char fraction[16];
  std::snprintf(fraction, sizeof(fraction), ".%03dZ", static_cast<int>(ms));
  text.pop_back();
  return text + fraction;
}

bool IsPlain(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return c > ' ' && c < 127 && c != '"' && c != '=' && c != '\\';
  });
}

std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string LogLine(LogFormat format, const LogFields& fields) {
  if (format == LogFormat::kJson) {
    Json json = Json::object();
    for (const auto& [name, value] : fields) {
      json[name] = value;
    }
    return JsonText(json) + "\n";
  }
  std::string line;
  for (const auto& [name, value] : fields) {
    line += line.empty() ? "" : " ";
    line += name + "=" + (IsPlain(value) ? value : JsonText(Json(value)));
  }
  return line + "\n";
}

void ServerLog::Event(std::string_view event, const LogFields& fields) {
  LogFields all = {{"time", NowText()}, {"event", std::string(event)}};
  all.insert(all.end(), fields.begin(), fields.end());
  const std::string line = LogLine(format_, all);
  const std::lock_guard lock(mutex_);
  write_(line);
}

ServerLog::Write WriteTo(std::FILE* file) {
  return [file](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), file);
    std::fflush(file);
  };
}

}  // namespace mien::server
