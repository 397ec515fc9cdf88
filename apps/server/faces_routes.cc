// SPDX-License-Identifier: Apache-2.0
//
// The enrolled faces of a subject.
#include <algorithm>
#include <charconv>

#include "answers.h"
#include "mien/quality.h"
#include "time_text.h"

namespace mien::server {
namespace {

Json FaceEntryJson(const Template& entry) {
  return {{"id", entry.id},
          {"model", entry.embedding.model_id},
          {"quality", entry.quality},
          {"negative", entry.polarity == Polarity::kNegative},
          {"enrolled", TimeText(entry.enrolled)},
          {"has_picture", !entry.thumbnail.empty()}};
}

Result<Subject> SubjectOf(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  return services.collections->gallery().FindSubject(
      SubjectName{collection, call.path_values[0]});
}

Error NoFace(const Subject& subject, const std::string& id) {
  return {ErrorCode::kNotFound,
          "subject \"" + subject.name + "\" has no face " + id};
}

Result<Template> FaceOf(const Subject& subject,
                        std::int64_t id,
                        const Services& services) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Template> found,
                        ReadTemplates(services.collections->gallery(),
                                      {.subject_id = subject.id,
                                       .template_id = id,
                                       .with_thumbnails = true}));
  if (found.empty()) {
    return NoFace(subject, std::to_string(id));
  }
  return std::move(found.front());
}

/// The face that the path names, of the subject that it names.
Result<Template> FaceOf(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(call, services));
  const std::string& text = call.path_values[1];
  std::int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || stop != end) {
    return NoFace(subject, text);
  }
  return FaceOf(subject, id, services);
}

Result<Response> List(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Template> entries,
      ReadTemplates(services.collections->gallery(),
                    {.subject_id = subject.id, .with_thumbnails = true}));
  Json faces = Json::array();
  for (const Template& entry : entries) {
    faces.push_back(FaceEntryJson(entry));
  }
  return JsonResponse({{"subject", subject.name}, {"faces", std::move(faces)}});
}

Result<EnrollOptions> OptionsOf(Call& call, const Services& services) {
  EnrollOptions options;
  MIEN_ASSIGN_OR_RETURN(
      const double min_quality,
      call.input.Number(
          "min_quality", static_cast<double>(options.min_quality), 0, 1));
  MIEN_ASSIGN_OR_RETURN(const bool negative,
                        call.input.Flag("negative", false));
  options.min_quality = static_cast<float>(min_quality);
  options.polarity = negative ? Polarity::kNegative : Polarity::kPositive;
  options.keep_thumbnail = services.keep_thumbnails;
  return options;
}

Result<Response> Enroll(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const EnrollOptions options, OptionsOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const std::string name, CollectionOf(call));
  const Enroller enroller = services.collections->EnrollerOf(name);
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        services.faces->Find(picture.image, {}, call.timings));
  MIEN_ASSIGN_OR_RETURN(
      const AddedTemplate added, call.timings.Measure("store", [&] {
        return enroller.Enroll(
            call.path_values[0], picture.image, faces, "http", "", options);
      }));
  call.audited = "subject=" + std::to_string(added.subject_id) +
                 " face=" + std::to_string(added.template_id);
  MIEN_ASSIGN_OR_RETURN(
      const Subject subject,
      services.collections->gallery().FindSubject(added.subject_id));
  MIEN_ASSIGN_OR_RETURN(const Template entry,
                        FaceOf(subject, added.template_id, services));
  Json json = FaceEntryJson(entry);
  json["subject"] = subject.name;
  json["new"] = added.is_new;
  MIEN_ASSIGN_OR_RETURN(Response response,
                        TimedResponse(call, std::move(json)));
  response.status = added.is_new ? 201 : 200;
  return response;
}

Result<Response> Picture(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Template entry, FaceOf(call, services));
  if (entry.thumbnail.empty()) {
    return Error{ErrorCode::kNotFound,
                 "no picture was kept of face " + call.path_values[1]};
  }
  Response response;
  response.content_type = "image/jpeg";
  response.body.assign(reinterpret_cast<const char*>(entry.thumbnail.data()),
                       entry.thumbnail.size());
  return response;
}

Result<Response> Delete(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Template entry, FaceOf(call, services));
  call.audited = "subject=" + std::to_string(entry.subject_id) +
                 " face=" + std::to_string(entry.id);
  MIEN_RETURN_IF_ERROR(
      services.collections->gallery().DeleteTemplate(entry.id));
  return JsonResponse({{"deleted", entry.id}});
}

}  // namespace

void AddFacesRoutes(Router& router, Services& services) {
  const auto add =
      [&](const char* method, const std::string& rest, Role role, Work work) {
        router.Add({.method = method,
                    .pattern = "/v1/subjects/{subject}/faces" + rest,
                    .role = role,
                    .handler = HandlerOf(work, services)});
      };
  add("GET", "", Role::kRead, List);
  add("POST", "", Role::kEnrol, Enroll);
  add("GET", "/{face}/picture", Role::kRead, Picture);
  add("DELETE", "/{face}", Role::kAdminister, Delete);
}

}  // namespace mien::server
