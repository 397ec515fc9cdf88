// SPDX-License-Identifier: Apache-2.0
//
// Who the faces of a picture are, out of a collection, or that they are not in
// it.
#include <algorithm>

#include "answers.h"
#include "mien/identifier.h"

namespace mien::server {
namespace {

Result<IdentifyOptions> OptionsOf(Call& call) {
  constexpr int kMostCandidates = 100;
  IdentifyOptions options;
  MIEN_ASSIGN_OR_RETURN(options.fpir,
                        call.input.Number("fpir", options.fpir, 1e-9, 0.999));
  MIEN_ASSIGN_OR_RETURN(
      options.possible_fpir,
      call.input.Number("possible_fpir",
                        std::max(options.possible_fpir, options.fpir),
                        options.fpir,
                        0.999));
  MIEN_ASSIGN_OR_RETURN(
      options.max_candidates,
      call.input.Int(
          "max_candidates", options.max_candidates, 1, kMostCandidates));
  if (call.input.Text("threshold")) {
    MIEN_ASSIGN_OR_RETURN(const double threshold,
                          call.input.Number("threshold", 0, -1, 1));
    options.threshold = static_cast<float>(threshold);
  }
  return options;
}

Json FaceAnswer(const IdentifiedFace& face) {
  Json json = cli::FaceJson(face.face.detection);
  json["decision"] = std::string(DecisionName(face.identification.decision));
  json["candidates"] = Json::array();
  for (const Candidate& candidate : face.identification.candidates) {
    json["candidates"].push_back({{"subject", candidate.subject},
                                  {"similarity", candidate.cosine_similarity}});
  }
  return json;
}

Result<Response> Identify(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const IdentifyOptions options, OptionsOf(call));
  MIEN_ASSIGN_OR_RETURN(const FaceFilter filter, FilterOf(call, services));
  MIEN_ASSIGN_OR_RETURN(const std::string name, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const auto collection,
                        services.collections->Open(name));
  MIEN_ASSIGN_OR_RETURN(const DecodedImage picture, PictureOf(call, services));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Face> found,
      services.faces->Find(picture.image, filter, call.timings));
  MIEN_ASSIGN_OR_RETURN(const IdentifiedFaces answer,
                        call.timings.Measure("search", [&] {
                          return collection->Identify(found, options);
                        }));
  Json faces = Json::array();
  for (const IdentifiedFace& face : answer.faces) {
    faces.push_back(FaceAnswer(face));
  }
  return TimedResponse(call,
                       {{"width", picture.width},
                        {"height", picture.height},
                        {"threshold", answer.thresholds.match},
                        {"possible_threshold", answer.thresholds.possible},
                        {"fpir", cli::NumberOrNull(answer.thresholds.fpir)},
                        {"faces", std::move(faces)}});
}

}  // namespace

void AddIdentifyRoutes(Router& router, Services& services) {
  router.Add({.method = "POST",
              .pattern = "/v1/identify",
              .role = Role::kRead,
              .handler = [&services](Call& call) {
                return Identify(call, services);
              }});
}

}  // namespace mien::server
