// SPDX-License-Identifier: Apache-2.0
#include "json_guard.h"

#include <algorithm>
#include <string>

namespace mien::server {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxValues = 500'000;

struct Extent {
  int depth = 0;
  std::size_t num_values = 1;
};

/// How deep `text` goes, and a bound on its number of values: one more for each
/// comma and each opening bracket outside of strings.
Extent ExtentOf(std::string_view text) {
  Extent extent;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else {
        in_string = c != '"';
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++extent.num_values;
      extent.depth = std::max(extent.depth, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',') {
      ++extent.num_values;
    }
  }
  return extent;
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  const Extent extent = ExtentOf(text);
  if (extent.depth > kMaxDepth) {
    return Error{ErrorCode::kLimitExceeded,
                 "the JSON body is " + std::to_string(extent.depth) +
                     " levels deep; at most " + std::to_string(kMaxDepth)};
  }
  if (extent.num_values > kMaxValues) {
    return Error{ErrorCode::kLimitExceeded,
                 "the JSON body has " + std::to_string(extent.num_values) +
                     " values; at most " + std::to_string(kMaxValues)};
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return Error{
        ErrorCode::kInvalidArgument,
        "the body is not JSON: wrong at byte " + std::to_string(error.byte)};
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string("the body is not JSON: ") + error.what()};
  }
}

}  // namespace mien::server
