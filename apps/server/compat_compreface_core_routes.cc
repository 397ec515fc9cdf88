// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: its inner service (embedding-calculator), which some people use
// by itself, and pictures by a key in the path, for <img> tags.
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"
#include "mien/version.h"

namespace mien::server {
namespace {

using compreface::Wishes;

Result<Response> Health(Call&, const Services&) {
  return JsonResponse({{"status", "OK"}});
}

Result<Response> Status(Call&, const Services& services) {
  const Recognizer& recognizer = *services.recognizer;
  const compreface::Curve curve = compreface::CurveOf(services);
  const std::string& name = recognizer.embedder().contract().name;
  return JsonResponse(
      {{"status", "OK"},
       {"build_version", std::string(Version())},
       {"calculator_version", name},
       {"similarity_coefficients", {curve.center, curve.slope}},
       {"available_plugins",
        {{"detector", recognizer.detector().name()}, {"calculator", name}}}});
}

/// Faces with everything that is known of them.
Result<Response> FindFaces(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(Wishes wishes, compreface::WishesOf(call, services));
  wishes.landmarks = true;
  wishes.status = true;
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        compreface::FacesOf(call, services, wishes, "file"));
  Json result = Json::array();
  for (const Face& face : faces) {
    result.push_back(compreface::FaceAnswer(face, wishes, call));
  }
  Json json = {{"result", std::move(result)}};
  compreface::AddVersions(json, wishes, services);
  return JsonResponse(json);
}

/// The older form: embeddings always, versions as a string.
Result<Response> ScanFaces(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(Wishes wishes, compreface::WishesOf(call, services));
  wishes.embedding = true;
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        compreface::FacesOf(call, services, wishes, "file"));
  Json result = Json::array();
  for (const Face& face : faces) {
    result.push_back(compreface::FaceAnswer(face, wishes, call));
  }
  return JsonResponse(
      {{"calculator_version", services.recognizer->embedder().contract().name},
       {"result", std::move(result)}});
}

Result<Response> StaticImage(Call& call, const Services& services) {
  const Authorization authorization = services.access->Check(
      call.path_values[0], call.request.peer, Role::kRead);
  Response response;
  response.content_type = "image/jpeg";
  if (authorization.verdict == Verdict::kAllowed) {
    call.caller = authorization.caller;
    const auto image =
        compreface::FindImage(call, services, call.path_values[1]);
    if (image) {
      const auto& jpeg = image->entry.thumbnail;
      response.body.assign(reinterpret_cast<const char*>(jpeg.data()),
                           jpeg.size());
    }
  }
  return response;
}

}  // namespace

void AddCompreFaceCoreRoutes(Router& router, Services& services) {
  const auto add =
      [&](const char* method, const char* path, Role role, Work work) {
        router.Add({.method = method,
                    .pattern = path,
                    .role = role,
                    .handler = HandlerOf(work, services),
                    .write_failure = compreface::WriteFailure});
      };
  add("GET", "/healthcheck", Role::kNone, Health);
  add("GET", "/status", Role::kRead, Status);
  add("POST", "/find_faces", Role::kRead, FindFaces);
  add("POST", "/find_faces_base64", Role::kRead, FindFaces);
  add("POST", "/scan_faces", Role::kRead, ScanFaces);
  add("GET",
      "/api/v1/static/{api_key}/images/{image_id}",
      Role::kNone,
      StaticImage);
}

}  // namespace mien::server
