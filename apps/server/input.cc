// SPDX-License-Identifier: Apache-2.0
#include "input.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "base64.h"
#include "url.h"

namespace mien::server {
namespace {

/// "application/json" of "Application/JSON; charset=utf-8".
std::string MediaType(const Request& request) {
  std::string type(request.Header("content-type").value_or(""));
  type.resize(std::min(type.find(';'), type.size()));
  while (!type.empty() && type.back() == ' ') {
    type.pop_back();
  }
  std::ranges::transform(type, type.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return type;
}

std::string ShortText(double number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", number);
  return text;
}

/// `text` for a message, not longer than a line.
std::string Quoted(std::string_view text) {
  constexpr std::size_t kMaxShown = 40;
  return '"' + std::string(text.substr(0, kMaxShown)) +
         (text.size() > kMaxShown ? "...\"" : "\"");
}

std::optional<double> NumberOf(const std::string& text) {
  double number = 0.0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::string> ScalarText(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_number() || value.is_boolean()) {
    return value.dump();
  }
  return std::nullopt;
}

}  // namespace

Result<Input> Input::Parse(const Request& request) {
  Input input(request);
  const std::string type = MediaType(request);
  if (type == "multipart/form-data") {
    MIEN_ASSIGN_OR_RETURN(
        input.parts_,
        ParseMultipart(*request.Header("content-type"), request.body));
  } else if (type == "application/json" && !request.body.empty()) {
    MIEN_ASSIGN_OR_RETURN(input.json_, ParseJson(request.body));
  } else {
    // Clients of CompreFace say application/json even without a body.
    input.is_raw_ = type != "application/json";
  }
  return input;
}

const FormPart* Input::Part(std::string_view name) const {
  const auto part = std::ranges::find(parts_, name, &FormPart::name);
  return part == parts_.end() ? nullptr : &*part;
}

Error Input::Missing(std::string_view name) {
  Blame(name);
  return {ErrorCode::kInvalidArgument, std::string(name) + " is missing"};
}

std::optional<std::string> Input::Text(std::string_view name) const {
  if (const auto value = request_->QueryValue(name)) {
    return std::string(*value);
  }
  if (const FormPart* part = Part(name)) {
    return std::string(part->content);
  }
  if (json_.is_object()) {
    const auto member = json_.find(std::string(name));
    if (member != json_.end()) {
      return ScalarText(*member);
    }
  }
  return std::nullopt;
}

Result<std::string> Input::RequiredText(std::string_view name) {
  const auto text = Text(name);
  if (!text || text->empty()) {
    return Missing(name);
  }
  return *text;
}

Result<double> Input::Number(std::string_view name,
                             double fallback,
                             double min,
                             double max) {
  const auto text = Text(name);
  if (!text) {
    return fallback;
  }
  const auto number = NumberOf(*text);
  if (!number || *number < min || *number > max) {
    Blame(name);
    return Error{ErrorCode::kInvalidArgument,
                 std::string(name) + " is " + Quoted(*text) +
                     "; must be a number in [" + ShortText(min) + ", " +
                     ShortText(max) + "]"};
  }
  return *number;
}

Result<int> Input::Int(std::string_view name, int fallback, int min, int max) {
  MIEN_ASSIGN_OR_RETURN(const double number, Number(name, fallback, min, max));
  if (number != std::floor(number)) {
    Blame(name);
    return Error{ErrorCode::kInvalidArgument,
                 std::string(name) + " is " + ShortText(number) +
                     "; must be a whole number"};
  }
  return static_cast<int>(number);
}

Result<bool> Input::Flag(std::string_view name, bool fallback) {
  const auto text = Text(name);
  if (!text) {
    return fallback;
  }
  if (*text == "true" || *text == "1") {
    return true;
  }
  if (*text == "false" || *text == "0") {
    return false;
  }
  Blame(name);
  return Error{
      ErrorCode::kInvalidArgument,
      std::string(name) + " is " + Quoted(*text) + "; must be true or false"};
}

bool Input::HasPicture(std::string_view name) const {
  return Part(name) != nullptr ||
         (json_.is_object() && json_.contains(std::string(name)));
}

Result<std::span<const std::byte>> Input::Picture(std::string_view name,
                                                  WholeBody body) {
  if (const FormPart* part = Part(name)) {
    Blame(name);
    if (!part->is_file) {  // a text field: base64
      MIEN_ASSIGN_OR_RETURN(std::vector<std::byte> bytes,
                            DecodeBase64(part->content));
      return std::span<const std::byte>(
          decoded_.emplace_back(std::move(bytes)));
    }
    return std::as_bytes(std::span(part->content));
  }
  if (json_.is_object() && json_.contains(std::string(name))) {
    Blame(name);
    const Json& value = json_[std::string(name)];
    if (!value.is_string()) {
      return Error{ErrorCode::kInvalidArgument,
                   std::string(name) + " must be a picture in base64"};
    }
    MIEN_ASSIGN_OR_RETURN(std::vector<std::byte> bytes,
                          DecodeBase64(value.get_ref<const std::string&>()));
    return std::span<const std::byte>(decoded_.emplace_back(std::move(bytes)));
  }
  if (is_raw_ && body == WholeBody::kMayBe && !request_->body.empty()) {
    Blame(name);
    return std::as_bytes(std::span(request_->body));
  }
  return Missing(name);
}

}  // namespace mien::server
