// SPDX-License-Identifier: Apache-2.0
//
// The collections that a key may see. They come into being with their first
// subject.
#include "answers.h"

namespace mien::server {
namespace {

Result<Response> ListCollections(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                        gallery.Collections());
  const std::string& only = call.caller.collection;
  Json collections = Json::array();
  for (const std::string& name : names) {
    if (only.empty() || name == only) {
      MIEN_ASSIGN_OR_RETURN(const auto opened,
                            services.collections->Open(name));
      collections.push_back(
          {{"name", name},
           {"faces", static_cast<std::int64_t>(opened->num_templates())}});
    }
  }
  return JsonResponse({{"collections", std::move(collections)}});
}

}  // namespace

void AddCollectionsRoutes(Router& router, Services& services) {
  router.Add({.method = "GET",
              .pattern = "/v1/collections",
              .role = Role::kRead,
              .handler = [&services](Call& call) {
                return ListCollections(call, services);
              }});
}

}  // namespace mien::server
