// SPDX-License-Identifier: Apache-2.0
//
// The face API of DeepStack and CodeProject.AI, which network video recorders
// speak: forms in, {"success": ...} out.
#include <algorithm>
#include <cmath>
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"

namespace mien::server {
namespace {

Response Failed(int status, const std::string& why) {
  return JsonResponse({{"success", false}, {"code", status}, {"error", why}},
                      status);
}

Response WriteDeepStackFailure(const Failure& failure, const Request&) {
  return failure.message == "no face found"
             ? Failed(400, "No face found in image")
             : Failed(failure.status, failure.message);
}

/// Its clients send their key as a field of the form.
Result<std::string> Admit(Call& call, const Services& services, Role needed) {
  call.audited = "nothing";  // until it succeeds
  const auto field = call.input.Text("api_key");
  if (call.caller.key_id.empty() && field && !field->empty()) {
    call.caller =
        services.access->Check(*field, call.request.peer, needed).caller;
  }
  if (call.caller.role < needed) {
    return Error{ErrorCode::kInvalidArgument,
                 "an API key with the role " + std::string(RoleName(needed)) +
                     " is needed in x-api-key or in the field api_key"};
  }
  return CollectionOf(call);
}

Json BoxOf(const Detection& face) {
  const auto pixel = [](float value) {
    return static_cast<int>(std::lround(value));
  };
  return {{"x_min", pixel(face.box.x0)},
          {"y_min", pixel(face.box.y0)},
          {"x_max", pixel(face.box.x1)},
          {"y_max", pixel(face.box.y1)}};
}

Result<std::vector<Face>> FacesOf(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  return services.faces->Find(picture.image, {}, call.timings);
}

Result<Response> Detect(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Detection> faces,
      services.faces->Detect(picture.image, {}, call.timings));
  Json predictions = Json::array();
  for (const Detection& face : faces) {
    Json prediction = BoxOf(face);
    prediction["confidence"] = face.score;
    predictions.push_back(std::move(prediction));
  }
  return JsonResponse(
      {{"success", true}, {"predictions", std::move(predictions)}});
}

Result<Response> Recognize(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string name, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const auto collection,
                        services.collections->Open(name));
  MIEN_ASSIGN_OR_RETURN(const double least,
                        call.input.Number("min_confidence", 0.5, 0, 1));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces, FacesOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const IdentifiedFaces answer,
                        collection->Identify(faces));
  const auto curve = compreface::CurveOf(services);
  Json predictions = Json::array();
  for (const IdentifiedFace& face : answer.faces) {
    const auto& candidates = face.identification.candidates;
    const double confidence =
        candidates.empty()
            ? 0.0
            : compreface::Similarity(candidates[0].cosine_similarity, curve);
    const bool is_known = !candidates.empty() && confidence >= least;
    Json prediction = BoxOf(face.face.detection);
    prediction["userid"] = is_known ? candidates[0].subject : "unknown";
    prediction["confidence"] = is_known ? confidence : 0.0;
    predictions.push_back(std::move(prediction));
  }
  return JsonResponse(
      {{"success", true}, {"predictions", std::move(predictions)}});
}

Result<Response> Register(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string name,
                        Admit(call, services, Role::kEnrol));
  MIEN_ASSIGN_OR_RETURN(const std::string user,
                        call.input.RequiredText("userid"));
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        services.faces->Find(picture.image, {}, call.timings));
  EnrollOptions options;
  options.min_quality = 0.0F;  // it refuses none
  options.keep_thumbnail = services.keep_thumbnails;
  MIEN_ASSIGN_OR_RETURN(const AddedTemplate added,
                        services.collections->EnrollerOf(name).Enroll(
                            user, picture.image, faces, "http", "", options));
  call.audited = "subject=" + std::to_string(added.subject_id) +
                 " face=" + std::to_string(added.template_id);
  return JsonResponse({{"success", true}, {"message", "face added"}});
}

Result<Response> List(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> subjects,
                        services.collections->gallery().Subjects(collection));
  Json names = Json::array();
  for (const Subject& subject : subjects) {
    names.push_back(subject.name);
  }
  return JsonResponse({{"success", true}, {"faces", std::move(names)}});
}

Result<Response> Delete(Call& call, const Services& services) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::string collection,
                        Admit(call, services, Role::kAdminister));
  MIEN_ASSIGN_OR_RETURN(const std::string user,
                        call.input.RequiredText("userid"));
  MIEN_ASSIGN_OR_RETURN(const Subject subject,
                        gallery.FindSubject(SubjectName{collection, user}));
  call.audited = "subject=" + std::to_string(subject.id);
  MIEN_RETURN_IF_ERROR(gallery.DeleteSubject(subject.id));
  return JsonResponse({{"success", true}});
}

Result<Response> Match(Call& call, const Services& services) {
  std::vector<Face> faces;
  for (const char* name : {"image1", "image2"}) {
    MIEN_ASSIGN_OR_RETURN(
        const DecodedImage picture,
        PictureOf(call, services, name, Input::WholeBody::kIsNot));
    MIEN_ASSIGN_OR_RETURN(
        Face face, services.faces->FindLargest(picture.image, call.timings));
    faces.push_back(std::move(face));
  }
  MIEN_ASSIGN_OR_RETURN(
      const float cosine,
      CosineSimilarity(faces[0].embedding, faces[1].embedding));
  return JsonResponse(
      {{"success", true},
       {"similarity",
        compreface::Similarity(cosine, compreface::CurveOf(services))}});
}

}  // namespace

void AddDeepStackRoutes(Router& router, Services& services) {
  const auto add = [&](const std::string& rest, Role role, Work work) {
    router.Add({.method = "POST",
                .pattern = "/v1/vision/face" + rest,
                .role = role,
                .handler = HandlerOf(work, services),
                .write_failure = WriteDeepStackFailure});
  };
  add("", Role::kRead, Detect);
  add("/recognize", Role::kRead, Recognize);
  add("/match", Role::kRead, Match);
  add("/list", Role::kRead, List);
  // These check the key themselves, as it may stand in the form.
  add("/register", Role::kNone, Register);
  add("/delete", Role::kNone, Delete);
}

}  // namespace mien::server
