// SPDX-License-Identifier: Apache-2.0
//
// The faces of a picture with their embeddings.
#include "answers.h"

namespace mien::server {
namespace {

Result<Response> Embed(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const FaceFilter filter, FilterOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Face> found,
      services.faces->Find(picture.image, filter, call.timings));
  Json faces = Json::array();
  for (const Face& face : found) {
    faces.push_back(cli::FaceJson(face.detection, face.embedding));
  }
  return TimedResponse(call,
                       {{"width", picture.width},
                        {"height", picture.height},
                        {"faces", std::move(faces)}});
}

}  // namespace

void AddEmbedRoutes(Router& router, Services& services) {
  router.Add(
      {.method = "POST",
       .pattern = "/v1/embed",
       .role = Role::kRead,
       .handler = [&services](Call& call) { return Embed(call, services); }});
}

}  // namespace mien::server
