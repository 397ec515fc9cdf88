// SPDX-License-Identifier: Apache-2.0
//
// Which networks work here, and the thresholds that follow from them.
#include "answers.h"
#include "mien/matcher.h"
#include "mien/precision.h"

namespace mien::server {
namespace {

Result<Response> Models(const Services& services) {
  const Recognizer& recognizer = *services.recognizer;
  const ModelContract& contract = recognizer.embedder().contract();
  MIEN_ASSIGN_OR_RETURN(const VerifyThresholds thresholds,
                        ChooseThresholds(contract));
  Json calibration = Json::array();
  for (const CalibrationPoint& point : contract.calibration) {
    calibration.push_back({{"similarity", point.cosine_similarity},
                           {"fmr", static_cast<float>(point.fmr)}});
  }
  return JsonResponse(
      {{"detector",
        {{"name", recognizer.detector().name()},
         {"has_landmarks", recognizer.detector().has_landmarks()}}},
       {"embedder",
        {{"name", contract.name},
         {"id", contract.id},
         {"embedding_size", contract.embedding_size},
         {"precision",
          std::string(PrecisionName(recognizer.embedder().precision()))},
         {"license", contract.license},
         {"training_data", contract.training_data},
         {"calibration", std::move(calibration)}}},
       {"verify",
        {{"threshold", thresholds.match},
         {"possible_threshold", thresholds.possible},
         {"fmr", cli::NumberOrNull(thresholds.fmr)}}}});
}

}  // namespace

void AddModelsRoutes(Router& router, Services& services) {
  router.Add({.method = "GET",
              .pattern = "/v1/models",
              .role = Role::kRead,
              .handler = [&services](Call&) { return Models(services); },
              .place = Place::kEventLoop});
}

}  // namespace mien::server
