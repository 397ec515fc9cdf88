// SPDX-License-Identifier: Apache-2.0
#include "nets/curl_library.h"

#include <dlfcn.h>

#include <string>

namespace mien::nets {
namespace {

/// Sets `function` to the symbol `name`; whether there is one.
template <typename Function>
bool Resolve(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

Result<CurlLibrary> CurlLibrary::Load() {
  void* const library =
      ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "downloads need libcurl (package libcurl4): " +
                     std::string(::dlerror())};
  }
  CurlLibrary curl;
  decltype(&curl_global_init) global_init = nullptr;
  const bool complete =
      Resolve(library, "curl_global_init", global_init) &&
      Resolve(library, "curl_easy_init", curl.easy_init) &&
      Resolve(library, "curl_easy_setopt", curl.easy_setopt) &&
      Resolve(library, "curl_easy_perform", curl.easy_perform) &&
      Resolve(library, "curl_easy_getinfo", curl.easy_getinfo) &&
      Resolve(library, "curl_easy_cleanup", curl.easy_cleanup) &&
      Resolve(library, "curl_easy_strerror", curl.easy_strerror);
  if (!complete || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Error{ErrorCode::kUnsupported, "libcurl.so.4 cannot be used"};
  }
  return curl;
}

}  // namespace mien::nets
