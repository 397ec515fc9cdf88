// SPDX-License-Identifier: Apache-2.0
//
// Where the faces of a picture are.
#include "answers.h"

namespace mien::server {
namespace {

Result<Response> Detect(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const FaceFilter filter, FilterOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Detection> found,
      services.faces->Detect(picture.image, filter, call.timings));
  Json faces = Json::array();
  for (const Detection& face : found) {
    faces.push_back(cli::FaceJson(face));
  }
  return TimedResponse(call,
                       {{"width", picture.width},
                        {"height", picture.height},
                        {"faces", std::move(faces)}});
}

}  // namespace

void AddDetectRoutes(Router& router, Services& services) {
  router.Add(
      {.method = "POST",
       .pattern = "/v1/detect",
       .role = Role::kRead,
       .handler = [&services](Call& call) { return Detect(call, services); }});
}

}  // namespace mien::server
