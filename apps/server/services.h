// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include "access.h"
#include "collections.h"
#include "face_pipeline.h"
#include "json_guard.h"
#include "metrics.h"
#include "mien/recognizer.h"
#include "router.h"

namespace mien::server {

/// What handlers work with. All parts live as long as the server; without them
/// the routes can be listed, not called.
struct Services {
  const Recognizer* recognizer = nullptr;
  Collections* collections = nullptr;
  FacePipeline* faces = nullptr;
  Access* access = nullptr;
  const Metrics* metrics = nullptr;

  /// Keep a small picture of each enrolled face.
  bool keep_thumbnails = false;

  /// Tell CompreFace's clients similarities by its own curve, which fits its
  /// default model, rather than by one that fits the embedder.
  bool keep_compreface_curve = false;

  /// Most faces of one picture that are looked at.
  int max_faces = 100;
};

// Each adds the routes of one resource.
void AddClusterRoutes(Router& router, Services& services);
void AddCollectionsRoutes(Router& router, Services& services);
void AddDetectRoutes(Router& router, Services& services);
void AddEmbedRoutes(Router& router, Services& services);
void AddFacesRoutes(Router& router, Services& services);
void AddHealthRoutes(Router& router, Services& services);
void AddIdentifyRoutes(Router& router, Services& services);
void AddMetricsRoutes(Router& router, Services& services);
void AddModelsRoutes(Router& router, Services& services);
void AddPageRoutes(Router& router, Services& services);
void AddSubjectsRoutes(Router& router, Services& services);
void AddVerifyRoutes(Router& router, Services& services);

/// All of the above.
void AddAllRoutes(Router& router, Services& services);

}  // namespace mien::server
