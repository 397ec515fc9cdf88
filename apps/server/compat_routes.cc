// SPDX-License-Identifier: Apache-2.0
#include "compat_routes.h"

namespace mien::server {

void AddCompatRoutes(Router& router, Services& services) {
  for (const auto add : {AddCompreFaceSubjectsRoutes,
                         AddCompreFaceFacesRoutes,
                         AddCompreFaceDeletionRoutes,
                         AddCompreFaceRecognizeRoutes,
                         AddCompreFaceEmbeddingsRoutes,
                         AddCompreFaceCoreRoutes,
                         AddDeepStackRoutes}) {
    add(router, services);
  }
}

}  // namespace mien::server
