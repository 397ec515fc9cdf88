// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: /api/v1/recognition/subjects.
#include "compat_compreface.h"
#include "compat_routes.h"

namespace mien::server {
namespace {

using compreface::NoSubject;

Result<Response> List(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> all,
                        services.collections->gallery().Subjects(collection));
  Json names = Json::array();
  for (const Subject& subject : all) {
    names.push_back(subject.name);
  }
  return JsonResponse({{"subjects", std::move(names)}});
}

Result<Response> Add(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::string name,
                        call.input.RequiredText("subject"));
  MIEN_ASSIGN_OR_RETURN(
      const Subject added,
      services.collections->gallery().AddSubject(collection, name));
  call.audited = "subject=" + std::to_string(added.id);
  return JsonResponse({{"subject", added.name}}, 201);
}

/// Renames, or merges where the new name is taken.
Result<Response> Rename(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::string name,
                        call.input.RequiredText("subject"));
  const auto from =
      gallery.FindSubject(SubjectName{collection, call.path_values[0]});
  if (!from) {
    return NoSubject(call.path_values[0]);
  }
  call.audited = "subject=" + std::to_string(from->id);
  const auto into = gallery.FindSubject(SubjectName{collection, name});
  if (into && into->id != from->id) {
    MIEN_RETURN_IF_ERROR(gallery.MergeSubjects(into->id, from->id));
  } else if (!into) {
    MIEN_RETURN_IF_ERROR(gallery.UpdateSubject(from->id, {.name = name}));
  }
  return JsonResponse({{"updated", true}});
}

Result<Response> Delete(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  const auto subject =
      gallery.FindSubject(SubjectName{collection, call.path_values[0]});
  if (!subject) {
    return NoSubject(call.path_values[0]);
  }
  call.audited = "subject=" + std::to_string(subject->id);
  MIEN_RETURN_IF_ERROR(gallery.DeleteSubject(subject->id));
  return JsonResponse({{"subject", subject->name}});
}

Result<Response> DeleteAll(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> all,
                        gallery.Subjects(collection));
  for (const Subject& subject : all) {
    MIEN_RETURN_IF_ERROR(gallery.DeleteSubject(subject.id));
  }
  call.audited = "subjects=all";
  return JsonResponse({{"deleted", all.size()}});
}

}  // namespace

void AddCompreFaceSubjectsRoutes(Router& router, Services& services) {
  const std::string path = "/api/v1/recognition/subjects";
  const auto add =
      [&](const char* method, const std::string& rest, Role role, Work work) {
        compreface::AddRoute(router, services, method, path + rest, role, work);
      };
  add("GET", "", Role::kRead, List);
  add("POST", "", Role::kEnrol, Add);
  add("DELETE", "", Role::kAdminister, DeleteAll);
  add("PUT", "/{subject}", Role::kAdminister, Rename);
  add("DELETE", "/{subject}", Role::kAdminister, Delete);
}

}  // namespace mien::server
