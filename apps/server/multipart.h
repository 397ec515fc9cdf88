// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien::server {

/// One field of a form.
struct FormPart {
  std::string name;
  std::string filename;  ///< empty for text fields
  bool is_file = false;  ///< had a file name, perhaps an empty one
  std::string_view content;
};

/// The parts of a multipart/form-data body (RFC 7578), which they point into.
/// `content_type` is the request's header, which states the boundary.
///
/// Errors:
/// - kInvalidArgument: no boundary; a part without a name or an end; more than
///   100 parts.
Result<std::vector<FormPart>> ParseMultipart(std::string_view content_type,
                                             std::string_view body);

}  // namespace mien::server
