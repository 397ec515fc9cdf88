// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: the same questions about embeddings that a client has kept.
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"
#include "embedding_input.h"

namespace mien::server {
namespace {

using compreface::Curve;

const ModelContract& ContractOf(const Services& services) {
  return services.recognizer->embedder().contract();
}

/// The member `name` of the request's JSON object: an array.
Result<Json> ArrayOf(Call& call, const char* name) {
  const Json& json = call.input.json();
  if (!json.is_object() || !json.contains(name) || !json[name].is_array()) {
    call.input.Blame(name);
    return Error{ErrorCode::kInvalidArgument,
                 std::string(name) + " is missing"};
  }
  return json[name];
}

/// Each of `embeddings` with its similarity to `known`.
Result<Response> CompareWith(const Embedding& known,
                             const Json& embeddings,
                             const Services& services) {
  const Curve curve = compreface::CurveOf(services);
  Json result = Json::array();
  for (const Json& values : embeddings) {
    MIEN_ASSIGN_OR_RETURN(const Embedding embedding,
                          EmbeddingOf(values, ContractOf(services)));
    MIEN_ASSIGN_OR_RETURN(const float cosine,
                          CosineSimilarity(embedding, known));
    result.push_back({{"embedding", values},
                      {"similarity", compreface::Similarity(cosine, curve)}});
  }
  return JsonResponse({{"result", std::move(result)}});
}

Result<Response> Recognize(Call& call, const Services& services) {
  constexpr int kMost = 1'000'000;
  IdentifyOptions options;
  MIEN_ASSIGN_OR_RETURN(options.max_candidates,
                        call.input.Int("prediction_count", 1, 1, kMost));
  MIEN_ASSIGN_OR_RETURN(const std::string name, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const auto collection,
                        services.collections->Open(name));
  MIEN_ASSIGN_OR_RETURN(const Json embeddings, ArrayOf(call, "embeddings"));
  const Curve curve = compreface::CurveOf(services);
  Json result = Json::array();
  for (const Json& values : embeddings) {
    Face face;
    MIEN_ASSIGN_OR_RETURN(face.embedding,
                          EmbeddingOf(values, ContractOf(services)));
    MIEN_ASSIGN_OR_RETURN(const IdentifiedFaces answer,
                          collection->Identify(std::span(&face, 1), options));
    Json similarities = Json::array();
    for (const Candidate& candidate :
         answer.faces.front().identification.candidates) {
      similarities.push_back(
          {{"subject", candidate.subject},
           {"similarity",
            compreface::Similarity(candidate.cosine_similarity, curve)}});
    }
    result.push_back(
        {{"embedding", values}, {"similarities", std::move(similarities)}});
  }
  return JsonResponse({{"result", std::move(result)}});
}

Result<Response> VerifyImage(Call& call, const Services& services) {
  const std::string& id = call.path_values[0];
  MIEN_ASSIGN_OR_RETURN(const Json embeddings, ArrayOf(call, "embeddings"));
  const auto image = compreface::FindImage(call, services, id);
  if (!image) {
    return compreface::NoImage(id);
  }
  return CompareWith(image->entry.embedding, embeddings, services);
}

Result<Response> Verify(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const Json source, ArrayOf(call, "source"));
  MIEN_ASSIGN_OR_RETURN(const Json targets, ArrayOf(call, "targets"));
  MIEN_ASSIGN_OR_RETURN(const Embedding known,
                        EmbeddingOf(source, ContractOf(services)));
  return CompareWith(known, targets, services);
}

}  // namespace

void AddCompreFaceEmbeddingsRoutes(Router& router, Services& services) {
  const auto add = [&](const std::string& path, Work work) {
    compreface::AddRoute(router, services, "POST", path, Role::kRead, work);
  };
  add("/api/v1/recognition/embeddings/recognize", Recognize);
  add("/api/v1/recognition/embeddings/faces/{image_id}/verify", VerifyImage);
  add("/api/v1/verification/embeddings/verify", Verify);
}

}  // namespace mien::server
