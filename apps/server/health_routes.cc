// SPDX-License-Identifier: Apache-2.0
//
// Whether the server runs, and whether it can work.
#include "answers.h"
#include "mien/version.h"

namespace mien::server {

void AddHealthRoutes(Router& router, Services& services) {
  router.Add({.method = "GET",
              .pattern = "/v1/health",
              .role = Role::kNone,
              .handler = [](Call&) -> Result<Response> {
                return JsonResponse(
                    {{"status", "ok"}, {"version", std::string(Version())}});
              },
              .place = Place::kEventLoop});
  // Models are loaded and have run before the server listens, so what may fail
  // is the gallery: its disk may be full, or gone.
  router.Add({.method = "GET",
              .pattern = "/v1/ready",
              .role = Role::kNone,
              .handler = [&services](Call&) -> Result<Response> {
                const auto collections =
                    services.collections->gallery().Collections();
                return JsonResponse({{"ready", collections.has_value()}},
                                    collections ? 200 : 503);
              }});
}

}  // namespace mien::server
