// SPDX-License-Identifier: Apache-2.0
//
// CompreFace: the same questions about embeddings that a client has kept.
#include <cmath>
#include <utility>

#include "compat_compreface.h"
#include "compat_routes.h"

namespace mien::server {
namespace {

using compreface::Curve;

/// An embedding out of a request, brought to length 1.
///
/// Errors:
/// - kInvalidArgument: not as many numbers as the model's embeddings have.
Result<Embedding> EmbeddingOf(const Json& json, const Services& services) {
  const ModelContract& contract = services.recognizer->embedder().contract();
  const auto size = static_cast<std::size_t>(contract.embedding_size);
  Embedding embedding{.values = {}, .model_id = contract.id};
  double squares = 0.0;
  for (const Json& value : json) {
    if (!value.is_number()) {
      break;
    }
    embedding.values.push_back(value.get<float>());
    squares += std::pow(static_cast<double>(embedding.values.back()), 2);
  }
  if (embedding.values.size() != size || json.size() != size ||
      !(squares > 0.0) || !std::isfinite(squares)) {
    return Error{
        ErrorCode::kInvalidArgument,
        "an embedding must be " + std::to_string(size) + " numbers, not all 0"};
  }
  for (float& value : embedding.values) {
    value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
  }
  return embedding;
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
  const Curve curve = compreface::CurveOf(*services.recognizer);
  Json result = Json::array();
  for (const Json& values : embeddings) {
    MIEN_ASSIGN_OR_RETURN(const Embedding embedding,
                          EmbeddingOf(values, services));
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
  const Curve curve = compreface::CurveOf(*services.recognizer);
  Json result = Json::array();
  for (const Json& values : embeddings) {
    Face face;
    MIEN_ASSIGN_OR_RETURN(face.embedding, EmbeddingOf(values, services));
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
  MIEN_ASSIGN_OR_RETURN(const Embedding known, EmbeddingOf(source, services));
  return CompareWith(known, targets, services);
}

}  // namespace

void AddCompreFaceEmbeddingsRoutes(Router& router, Services& services) {
  const auto add = [&](const std::string& path, compreface::Work work) {
    compreface::AddRoute(router, services, "POST", path, Role::kRead, work);
  };
  add("/api/v1/recognition/embeddings/recognize", Recognize);
  add("/api/v1/recognition/embeddings/faces/{image_id}/verify", VerifyImage);
  add("/api/v1/verification/embeddings/verify", Verify);
}

}  // namespace mien::server
