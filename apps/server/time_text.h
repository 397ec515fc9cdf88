// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace mien::server {

/// RFC 3339: 2026-11-25T21:09:42Z
std::string TimeText(std::chrono::sys_seconds time);

}  // namespace mien::server
