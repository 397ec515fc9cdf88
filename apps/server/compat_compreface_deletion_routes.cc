// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: deleting enrolled pictures.
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"

namespace mien::server {
namespace {

using compreface::Entries;
using compreface::Entry;
using compreface::FindImage;
using compreface::NoImage;
using compreface::StoredImage;

/// Deletes a picture, and its subject with the last one, as CompreFace does.
Result<void> DeleteImage(Gallery& gallery, const StoredImage& image) {
  return image.subject.num_templates <= 1
             ? gallery.DeleteSubject(image.subject.id)
             : gallery.DeleteTemplate(image.entry.id);
}

Result<Response> DeleteOne(Call& call, const Services& services) {
  const std::string& id = call.path_values[0];
  const auto image = FindImage(call, services, id);
  if (!image) {
    return NoImage(id);
  }
  call.audited = "face=" + std::to_string(image->entry.id);
  MIEN_RETURN_IF_ERROR(DeleteImage(services.collections->gallery(), *image));
  return JsonResponse(Entry(image->entry.id, image->subject.name));
}

/// Deletes the pictures `ids` that exist, and lists them.
Result<Json> DeleteImages(Call& call,
                          const Services& services,
                          const Json& ids) {
  Json deleted = Json::array();
  for (const Json& id : ids) {
    const auto image = id.is_string()
                           ? FindImage(call, services, id.get<std::string>())
                           : std::nullopt;
    if (image) {
      MIEN_RETURN_IF_ERROR(
          DeleteImage(services.collections->gallery(), *image));
      deleted.push_back(Entry(image->entry.id, image->subject.name));
    }
  }
  call.audited = "faces=" + std::to_string(deleted.size());
  return deleted;
}

Result<Response> DeleteMany(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Json deleted,
                        DeleteImages(call, services, call.input.json()));
  return JsonResponse(deleted);
}

Result<Response> DeleteAll(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Json all,
                        Entries(call, services, call.input.Text("subject")));
  Json ids = Json::array();
  for (const Json& entry : all) {
    ids.push_back(entry["image_id"]);
  }
  MIEN_ASSIGN_OR_RETURN(const Json deleted, DeleteImages(call, services, ids));
  return JsonResponse({{"deleted", deleted.size()}});
}

}  // namespace

void AddCompreFaceDeletionRoutes(Router& router, Services& services) {
  const std::string path = "/api/v1/recognition/faces";
  const auto add = [&](const char* method, const std::string& rest, Work work) {
    compreface::AddRoute(
        router, services, method, path + rest, Role::kAdminister, work);
  };
  add("DELETE", "", DeleteAll);
  add("POST", "/delete", DeleteMany);
  add("DELETE", "/{image_id}", DeleteOne);
}

}  // namespace mien::server
