// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "services.h"

namespace mien::server {

// Those that imitate other products; docs/compat.md.
void AddCompreFaceCoreRoutes(Router& router, Services& services);
void AddCompreFaceDeletionRoutes(Router& router, Services& services);
void AddCompreFaceEmbeddingsRoutes(Router& router, Services& services);
void AddCompreFaceFacesRoutes(Router& router, Services& services);
void AddCompreFaceRecognizeRoutes(Router& router, Services& services);
void AddCompreFaceSubjectsRoutes(Router& router, Services& services);
void AddDeepStackRoutes(Router& router, Services& services);

/// All of the above.
void AddCompatRoutes(Router& router, Services& services);

}  // namespace mien::server
