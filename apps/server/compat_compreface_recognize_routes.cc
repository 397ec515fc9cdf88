// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: who, where, and whether two are one, in pictures.
#include <algorithm>
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"

namespace mien::server {
namespace {

using compreface::Curve;
using compreface::Wishes;

/// The `count` people of the collection most like `face`; all for -1.
Result<Json> SubjectsLike(GalleryRecognizer& collection,
                          const Face& face,
                          int count,
                          const Curve& curve) {
  IdentifyOptions options;
  options.max_candidates = count < 0 ? static_cast<int>(std::max<std::size_t>(
                                           1, collection.num_subjects()))
                                     : count;
  // Face by face: it lets one person be several times in a picture.
  MIEN_ASSIGN_OR_RETURN(const IdentifiedFaces answer,
                        collection.Identify(std::span(&face, 1), options));
  const Identification& found = answer.faces.front().identification;
  Json subjects = Json::array();
  for (const Candidate& candidate : found.candidates) {
    subjects.push_back(
        {{"subject", candidate.subject},
         {"similarity",
          compreface::Similarity(candidate.cosine_similarity, curve)}});
  }
  return Json{{"subjects", std::move(subjects)},
              {"decision", std::string(DecisionName(found.decision))}};
}

Result<Response> Recognize(Call& call, const Services& services) {
  constexpr int kMost = 1'000'000;
  MIEN_ASSIGN_OR_RETURN(const Wishes wishes,
                        compreface::WishesOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const int count,
                        call.input.Int("prediction_count", 1, -1, kMost));
  if (count == 0) {
    return compreface::FailureBody(
        400,
        compreface::Code::kInvalid,
        "Prediction count should be any positive number or -1");
  }
  MIEN_ASSIGN_OR_RETURN(const std::string name, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const auto collection,
                        services.collections->Open(name));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        compreface::FacesOf(call, services, wishes, "file"));
  const Curve curve = compreface::CurveOf(services);
  Json result = Json::array();
  for (const Face& face : faces) {
    Json answer = compreface::FaceAnswer(face, wishes, call);
    MIEN_ASSIGN_OR_RETURN(const Json subjects,
                          SubjectsLike(*collection, face, count, curve));
    answer.update(subjects);
    result.push_back(std::move(answer));
  }
  Json json = {{"result", std::move(result)}};
  compreface::AddVersions(json, wishes, services);
  return JsonResponse(json);
}

Result<Response> Detect(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Wishes wishes,
                        compreface::WishesOf(call, services));
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

/// The faces with "similarity" to `embedding`.
Result<Json> Matches(std::span<const Face> faces,
                     const Embedding& embedding,
                     const Wishes& wishes,
                     const Call& call,
                     const Services& services) {
  const Curve curve = compreface::CurveOf(services);
  Json matches = Json::array();
  for (const Face& face : faces) {
    MIEN_ASSIGN_OR_RETURN(const float cosine,
                          CosineSimilarity(face.embedding, embedding));
    Json match = compreface::FaceAnswer(face, wishes, call);
    match["similarity"] = compreface::Similarity(cosine, curve);
    matches.push_back(std::move(match));
  }
  return matches;
}

Result<Response> VerifyImage(Call& call, const Services& services) {
  const std::string& id = call.path_values[0];
  MIEN_ASSIGN_OR_RETURN(const Wishes wishes,
                        compreface::WishesOf(call, services));
  const auto image = compreface::FindImage(call, services, id);
  if (!image) {
    return compreface::NoImage(id);
  }
  MIEN_ASSIGN_OR_RETURN(const std::vector<Face> faces,
                        compreface::FacesOf(call, services, wishes, "file"));
  MIEN_ASSIGN_OR_RETURN(
      Json matches,
      Matches(faces, image->entry.embedding, wishes, call, services));
  Json json = {{"result", std::move(matches)}};
  compreface::AddVersions(json, wishes, services);
  return JsonResponse(json);
}

Result<Response> Verify(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Wishes wishes,
                        compreface::WishesOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Face> source,
      compreface::FacesOf(call, services, wishes, "source_image"));
  if (source.size() > 1) {
    return compreface::FailureBody(400,
                                   compreface::Code::kTooManyFaces,
                                   "More than one face in the source image");
  }
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Face> target,
      compreface::FacesOf(call, services, wishes, "target_image"));
  MIEN_ASSIGN_OR_RETURN(
      Json matches,
      Matches(target, source[0].embedding, wishes, call, services));
  Json pair = {
      {"source_image_face", compreface::FaceAnswer(source[0], wishes, call)},
      {"face_matches", std::move(matches)}};
  Json json = {{"result", Json::array({std::move(pair)})}};
  compreface::AddVersions(json, wishes, services);
  return JsonResponse(json);
}

}  // namespace

void AddCompreFaceRecognizeRoutes(Router& router, Services& services) {
  const auto add = [&](const std::string& path, Work work) {
    compreface::AddRoute(router, services, "POST", path, Role::kRead, work);
  };
  add("/api/v1/recognition/recognize", Recognize);
  add("/api/v1/recognition/faces/{image_id}/verify", VerifyImage);
  add("/api/v1/detection/detect", Detect);
  add("/api/v1/verification/verify", Verify);
}

}  // namespace mien::server
