// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include "mien/result.h"

namespace mien::nets {

/// libcurl, loaded when a download begins and not before: linking it costs
/// every start of every program 10 to 20 ms for thirty libraries that only
/// `mien model fetch` needs.
struct CurlLibrary {
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;

  /// Loads libcurl.so.4; it stays loaded.
  ///
  /// Errors:
  /// - kUnsupported: not installed, or too old.
  static Result<CurlLibrary> Load();
};

}  // namespace mien::nets
