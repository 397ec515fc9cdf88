// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/detector.h"
#include "mien/embedding.h"
#include "mien/result.h"

namespace mien::cli {

/// JSON with members in the order written and numbers as short as float allows.
using Json = nlohmann::basic_json<nlohmann::ordered_map,
                                  std::vector,
                                  std::string,
                                  bool,
                                  std::int64_t,
                                  std::uint64_t,
                                  float>;

/// The number, or null.
Json NumberOrNull(const std::optional<double>& number);

/// {"box": [x1, y1, x2, y2], "score", "landmarks": [[x, y] x 5]}
Json FaceJson(const Detection& face);

/// FaceJson() with "embedding" and "model".
Json FaceJson(const Detection& face, const Embedding& embedding);

/// {"image", "error": {"code", "message"}}
Json ErrorJson(const std::filesystem::path& image, const Error& error);

/// `json` on one line, ended by a line break. Text that is not UTF-8, as paths
/// may be, has U+FFFD in its place.
std::string LineText(const Json& json);

/// Prints `json` as one line on stdout, whole even when many threads print.
void PrintLine(const Json& json);

}  // namespace mien::cli
