// SPDX-License-Identifier: Apache-2.0
//
// The people of a collection.
#include <algorithm>

#include "answers.h"
#include "time_text.h"

namespace mien::server {
namespace {

Json SubjectJson(const Subject& subject) {
  const auto metadata = ParseJson(subject.metadata);
  return {{"id", subject.id},
          {"name", subject.name},
          {"faces", subject.num_templates},
          {"created", TimeText(subject.created)},
          {"metadata", metadata ? *metadata : Json::object()}};
}

/// The subject that the path names.
Result<Subject> SubjectOf(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  auto subject = services.collections->gallery().FindSubject(
      SubjectName{collection, call.path_values.front()});
  if (subject) {
    call.audited = "subject=" + std::to_string(subject->id);
  }
  return subject;
}

Result<Response> List(Call& call, const Services& services) {
  constexpr int kMostAtOnce = 1000;
  MIEN_ASSIGN_OR_RETURN(const int limit,
                        call.input.Int("limit", 100, 1, kMostAtOnce));
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> all,
                        services.collections->gallery().Subjects(collection));
  // Sorted by name; a page begins behind the last name of the one before.
  const std::string after = call.input.Text("after").value_or("");
  auto next = std::ranges::upper_bound(all, after, {}, &Subject::name);
  Json subjects = Json::array();
  for (; next != all.end() && static_cast<int>(subjects.size()) < limit;
       ++next) {
    subjects.push_back(SubjectJson(*next));
  }
  Json last;
  if (next != all.end()) {
    last = std::prev(next)->name;
  }
  return JsonResponse({{"subjects", std::move(subjects)},
                       {"next", std::move(last)},
                       {"total", all.size()}});
}

/// What the request says of "metadata".
Result<SubjectUpdate> UpdateOf(Call& call) {
  SubjectUpdate update;
  const Json& json = call.input.json();
  if (json.is_object() && json.contains("metadata")) {
    if (!json["metadata"].is_object()) {
      call.input.Blame("metadata");
      return Error{ErrorCode::kInvalidArgument,
                   "metadata is not a JSON object"};
    }
    update.metadata = json["metadata"].dump();
  }
  return update;
}

Result<Response> Add(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::string name,
                        call.input.RequiredText("name"));
  MIEN_ASSIGN_OR_RETURN(const SubjectUpdate update, UpdateOf(call));
  call.input.Blame("name");
  MIEN_ASSIGN_OR_RETURN(const Subject added,
                        gallery.AddSubject(collection, name));
  call.audited = "subject=" + std::to_string(added.id);
  MIEN_ASSIGN_OR_RETURN(const Subject subject,
                        gallery.UpdateSubject(added.id, update));
  return JsonResponse(SubjectJson(subject), 201);
}

Result<Response> Get(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(call, services));
  return JsonResponse(SubjectJson(subject));
}

Result<Response> Change(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(call, services));
  MIEN_ASSIGN_OR_RETURN(SubjectUpdate update, UpdateOf(call));
  update.name = call.input.Text("name");
  if (update.name) {
    call.input.Blame("name");
  }
  MIEN_ASSIGN_OR_RETURN(
      const Subject changed,
      services.collections->gallery().UpdateSubject(subject.id, update));
  return JsonResponse(SubjectJson(changed));
}

Result<Response> Merge(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const Subject into, SubjectOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::string name,
                        call.input.RequiredText("from"));
  call.input.Blame("from");
  MIEN_ASSIGN_OR_RETURN(const Subject from,
                        gallery.FindSubject(SubjectName{collection, name}));
  call.audited += " from=" + std::to_string(from.id);
  MIEN_RETURN_IF_ERROR(gallery.MergeSubjects(into.id, from.id));
  MIEN_ASSIGN_OR_RETURN(const Subject merged, gallery.FindSubject(into.id));
  return JsonResponse(SubjectJson(merged));
}

Result<Response> Delete(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(call, services));
  MIEN_RETURN_IF_ERROR(
      services.collections->gallery().DeleteSubject(subject.id));
  return JsonResponse({{"deleted", subject.name}});
}

}  // namespace

void AddSubjectsRoutes(Router& router, Services& services) {
  const auto add =
      [&](const char* method, const char* pattern, Role role, Work work) {
        router.Add({.method = method,
                    .pattern = pattern,
                    .role = role,
                    .handler = HandlerOf(work, services)});
      };
  add("GET", "/v1/subjects", Role::kRead, List);
  add("POST", "/v1/subjects", Role::kEnrol, Add);
  add("GET", "/v1/subjects/{subject}", Role::kRead, Get);
  add("PATCH", "/v1/subjects/{subject}", Role::kAdminister, Change);
  add("POST", "/v1/subjects/{subject}/merge", Role::kAdminister, Merge);
  add("DELETE", "/v1/subjects/{subject}", Role::kAdminister, Delete);
}

}  // namespace mien::server
