// SPDX-License-Identifier: Apache-2.0
//
// The web page: files of apps/server/web, embedded when building.
#include "page_files.h"
#include "services.h"

namespace mien::server {
namespace {

// Nothing but this server's own files runs or is asked on the page.
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' blob: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

void AddFile(Router& router,
             const char* path,
             const char* type,
             std::string_view content) {
  router.Add({.method = "GET",
              .pattern = path,
              .role = Role::kNone,
              .handler = [type, content](Call&) -> Result<Response> {
                return Response{
                    .content_type = type,
                    .body = std::string(content),
                    .headers = {{"Content-Security-Policy", kPolicy},
                                {"Referrer-Policy", "no-referrer"}}};
              },
              .place = Place::kEventLoop});
}

}  // namespace

void AddPageRoutes(Router& router, Services&) {
  AddFile(router, "/", "text/html; charset=utf-8", kIndexHtml);
  AddFile(router, "/style.css", "text/css; charset=utf-8", kStyleCss);
  AddFile(router, "/app.js", "text/javascript; charset=utf-8", kAppJs);
}

}  // namespace mien::server
