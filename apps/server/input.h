// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.h"
#include "json_guard.h"
#include "mien/result.h"
#include "multipart.h"

namespace mien::server {

/// What a request gives to work on: parameters out of its query, form or JSON
/// object, and pictures out of its form, JSON object (base64) or body.
///
/// Remembers which parameter or picture was at fault in the last error.
class Input {
 public:
  /// Reads the body by its Content-Type. `request` must outlive this.
  ///
  /// Errors:
  /// - kInvalidArgument, kLimitExceeded: the body is not what its type says.
  static Result<Input> Parse(const Request& request);

  /// The value called `name` as text; the query goes before the body.
  [[nodiscard]] std::optional<std::string> Text(std::string_view name) const;

  /// Errors:
  /// - kInvalidArgument: there is none, or it is empty.
  Result<std::string> RequiredText(std::string_view name);

  /// A whole number in [min, max], `fallback` where there is none.
  ///
  /// Errors:
  /// - kInvalidArgument: not a number, or out of range.
  Result<int> Int(std::string_view name, int fallback, int min, int max);

  /// The same for any number.
  Result<double> Number(std::string_view name,
                        double fallback,
                        double min,
                        double max);

  /// "true" or "1", "false" or "0".
  Result<bool> Flag(std::string_view name, bool fallback);

  /// The file of the picture called `name`. `body_is_it` lets it be the whole
  /// body.
  ///
  /// Errors:
  /// - kInvalidArgument: there is none, or it is not base64.
  enum class WholeBody { kIsNot, kMayBe };
  Result<std::span<const std::byte>> Picture(std::string_view name,
                                             WholeBody body);

  [[nodiscard]] bool HasPicture(std::string_view name) const;

  /// The body as JSON; null when it was none.
  [[nodiscard]] const Json& json() const { return json_; }

  /// Whom the last error was about; empty when nobody.
  [[nodiscard]] const std::string& faulty_field() const {
    return faulty_field_;
  }

  /// Says that an error met from here on is about `field`.
  void Blame(std::string_view field) { faulty_field_ = field; }

 private:
  explicit Input(const Request& request) : request_(&request) {}

  [[nodiscard]] const FormPart* Part(std::string_view name) const;
  Error Missing(std::string_view name);

  const Request* request_;
  std::vector<FormPart> parts_;
  Json json_;
  bool is_raw_ = false;  ///< the body is neither form nor JSON
  std::deque<std::vector<std::byte>> decoded_;
  std::string faulty_field_;
};

}  // namespace mien::server
