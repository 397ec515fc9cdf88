// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: /api/v1/recognition/faces, its enrolled pictures.
#include <algorithm>
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"

namespace mien::server {
namespace {

using compreface::Code;
using compreface::Entries;
using compreface::Entry;
using compreface::FailureBody;
using compreface::FindImage;

Result<Response> Add(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string name,
                        call.input.RequiredText("subject"));
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const auto wishes,
                        compreface::WishesOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const DecodedImage picture,
      PictureOf(call, services, "file", Input::WholeBody::kIsNot));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Face> faces,
      services.faces->Find(picture.image, wishes.filter, call.timings));
  if (faces.size() > 1) {
    return FailureBody(
        400, Code::kTooManyFaces, "More than one face in the source image");
  }
  EnrollOptions options;
  options.min_quality = 0.0F;  // it refuses none
  options.keep_thumbnail = services.keep_thumbnails;
  MIEN_ASSIGN_OR_RETURN(
      const AddedTemplate added,
      services.collections->EnrollerOf(collection)
          .Enroll(name, picture.image, faces, "http", "", options));
  call.audited = "subject=" + std::to_string(added.subject_id) +
                 " face=" + std::to_string(added.template_id);
  return JsonResponse(Entry(added.template_id, name), 201);
}

Result<Response> List(Call& call, const Services& services) {
  constexpr int kMost = 1'000'000;
  MIEN_ASSIGN_OR_RETURN(const int page, call.input.Int("page", 0, 0, kMost));
  MIEN_ASSIGN_OR_RETURN(const int size, call.input.Int("size", 20, 1, kMost));
  MIEN_ASSIGN_OR_RETURN(const Json all,
                        Entries(call, services, call.input.Text("subject")));
  const std::size_t begin =
      std::min(all.size(),
               static_cast<std::size_t>(page) * static_cast<std::size_t>(size));
  const std::size_t end =
      std::min(all.size(), begin + static_cast<std::size_t>(size));
  Json faces = Json::array();
  for (std::size_t i = begin; i < end; ++i) {
    faces.push_back(all[i]);
  }
  const auto pages = (static_cast<int>(all.size()) + size - 1) / size;
  return JsonResponse({{"faces", std::move(faces)},
                       {"page_number", page},
                       {"page_size", size},
                       {"total_pages", pages},
                       {"total_elements", all.size()}});
}

Result<Response> Picture(Call& call, const Services& services) {
  const auto image = FindImage(call, services, call.path_values.back());
  Response response;
  response.content_type = "application/octet-stream";
  if (image) {  // it answers nothing where there is none
    const auto& jpeg = image->entry.thumbnail;
    response.body.assign(reinterpret_cast<const char*>(jpeg.data()),
                         jpeg.size());
  }
  return response;
}

}  // namespace

void AddCompreFaceFacesRoutes(Router& router, Services& services) {
  const std::string path = "/api/v1/recognition/faces";
  const auto add =
      [&](const char* method, const std::string& rest, Role role, Work work) {
        compreface::AddRoute(router, services, method, path + rest, role, work);
      };
  add("POST", "", Role::kEnrol, Add);
  add("GET", "", Role::kRead, List);
  add("GET", "/{image_id}/img", Role::kRead, Picture);
}

}  // namespace mien::server
