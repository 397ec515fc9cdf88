// SPDX-License-Identifier: Apache-2.0
//
// What Prometheus collects.
#include "answers.h"

namespace mien::server {

void AddMetricsRoutes(Router& router, Services& services) {
  router.Add({.method = "GET",
              .pattern = "/metrics",
              .role = Role::kRead,
              .handler = [&services](Call&) -> Result<Response> {
                Response response;
                response.content_type = "text/plain; version=0.0.4";
                response.body = services.metrics->Text();
                return response;
              },
              .place = Place::kEventLoop});
}

}  // namespace mien::server
