// SPDX-License-Identifier: Apache-2.0
#include "compat_routes.h"
#include "services.h"

namespace mien::server {

void AddAllRoutes(Router& router, Services& services) {
  for (const auto add : {AddHealthRoutes,
                         AddModelsRoutes,
                         AddDetectRoutes,
                         AddEmbedRoutes,
                         AddVerifyRoutes,
                         AddIdentifyRoutes,
                         AddClusterRoutes,
                         AddCollectionsRoutes,
                         AddSubjectsRoutes,
                         AddFacesRoutes,
                         AddMetricsRoutes,
                         AddPageRoutes,
                         AddCompatRoutes}) {
    add(router, services);
  }
}

}  // namespace mien::server
