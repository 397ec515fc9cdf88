// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mien::server {

// The files of apps/server/web; cmake/EmbedFiles.cmake writes their contents.
extern const std::string_view kIndexHtml;
extern const std::string_view kStyleCss;
extern const std::string_view kAppJs;

}  // namespace mien::server
