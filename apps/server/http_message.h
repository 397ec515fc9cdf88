// SPDX-License-Identifier: Apache-2.0
//
// Requests and answers, free of any HTTP library.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mien::server {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< as sent, percent-encoded: "/v1/subjects/Ada%20L"
  TextPairs query;     ///< decoded
  TextPairs headers;   ///< names in lower case
  std::string body;
  std::string peer;  ///< address of the client, for limits and the audit log
  std::string id;    ///< names this request in answers and logs
  std::chrono::steady_clock::time_point arrived;

  /// What CheckHead() noted for Handle().
  std::shared_ptr<const void> context;

  /// The first value called `name`, if any.
  [[nodiscard]] std::optional<std::string_view> Header(
      std::string_view name) const {
    return First(headers, name);
  }

  [[nodiscard]] std::optional<std::string_view> QueryValue(
      std::string_view name) const {
    return First(query, name);
  }

 private:
  static std::optional<std::string_view> First(const TextPairs& pairs,
                                               std::string_view name) {
    for (const auto& [key, value] : pairs) {
      if (key == name) {
        return value;
      }
    }
    return std::nullopt;
  }
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  TextPairs headers = {};  ///< beyond Content-Type and Content-Length
};

}  // namespace mien::server
