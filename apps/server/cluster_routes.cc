// SPDX-License-Identifier: Apache-2.0
//
// Which of many faces that nobody has named are one person.
#include <utility>

#include "answers.h"
#include "embedding_input.h"
#include "mien/clusterer.h"

namespace mien::server {
namespace {

/// The request's "faces": [{"embedding": [...], "picture": 3}, ...], where
/// "picture" may be left out.
struct ClusterInput {
  std::vector<float> embeddings;  ///< [n, dimension]
  std::vector<int> pictures;      ///< [n]
};

Result<ClusterInput> FacesOf(Call& call, const ModelContract& contract) {
  const Json& json = call.input.json();
  call.input.Blame("faces");
  if (!json.is_object() || !json.contains("faces") ||
      !json["faces"].is_array() || json["faces"].empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "faces must be a JSON array of {\"embedding\", \"picture\"}"};
  }
  ClusterInput input;
  // Faces that state no picture come from one each, numbered from below.
  int own_picture = -1;
  for (const Json& face : json["faces"]) {
    const Json embedding =
        face.is_object() ? face.value("embedding", Json()) : Json();
    MIEN_ASSIGN_OR_RETURN(const Embedding read,
                          EmbeddingOf(embedding, contract));
    input.embeddings.insert(
        input.embeddings.end(), read.values.begin(), read.values.end());
    const auto picture = face.find("picture");
    const bool is_stated =
        picture != face.end() && picture->is_number_unsigned();
    input.pictures.push_back(is_stated ? picture->get<int>() : own_picture--);
  }
  return input;
}

Result<Response> Cluster(Call& call, const Services& services) {
  const ModelContract& contract = services.recognizer->embedder().contract();
  MIEN_ASSIGN_OR_RETURN(const double fpir,
                        call.input.Number("fpir", kClusterFpir, 1e-9, 0.999));
  MIEN_ASSIGN_OR_RETURN(const ClusterInput input, FacesOf(call, contract));
  MIEN_ASSIGN_OR_RETURN(
      const IdentifyThresholds thresholds,
      ChooseClusterThreshold(contract, fpir, input.pictures.size()));
  ClusterOptions options;
  MIEN_ASSIGN_OR_RETURN(
      const double threshold,
      call.input.Number(
          "threshold", static_cast<double>(thresholds.match), -1, 1));
  options.threshold = static_cast<float>(threshold);
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<int> groups, call.timings.Measure("cluster", [&] {
        return ClusterFaces({.embeddings = input.embeddings,
                             .dimension = contract.embedding_size,
                             .picture_of_face = input.pictures},
                            options);
      }));
  return TimedResponse(call,
                       {{"threshold", options.threshold}, {"groups", groups}});
}

}  // namespace

void AddClusterRoutes(Router& router, Services& services) {
  router.Add(
      {.method = "POST",
       .pattern = "/v1/cluster",
       .role = Role::kRead,
       .handler = [&services](Call& call) { return Cluster(call, services); }});
}

}  // namespace mien::server
