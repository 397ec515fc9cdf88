// SPDX-License-Identifier: Apache-2.0
//
// Whether two pictures show one person: the largest face of each.
#include <algorithm>
#include <utility>

#include "answers.h"
#include "mien/matcher.h"

namespace mien::server {
namespace {

Result<VerifyOptions> OptionsOf(Call& call) {
  VerifyOptions options;
  MIEN_ASSIGN_OR_RETURN(options.fmr,
                        call.input.Number("fmr", options.fmr, 1e-9, 0.999));
  MIEN_ASSIGN_OR_RETURN(
      options.possible_fmr,
      call.input.Number("possible_fmr",
                        std::max(options.possible_fmr, options.fmr),
                        options.fmr,
                        0.999));
  if (call.input.Text("threshold")) {
    MIEN_ASSIGN_OR_RETURN(const double threshold,
                          call.input.Number("threshold", 0, -1, 1));
    options.threshold = static_cast<float>(threshold);
  }
  return options;
}

Result<Face> FaceIn(Call& call, const Services& services, const char* name) {
  MIEN_ASSIGN_OR_RETURN(
      const DecodedImage picture,
      PictureOf(call, services, name, Input::WholeBody::kIsNot));
  return services.faces->FindLargest(picture.image, call.timings);
}

Result<Response> Verify(Call& call, const Services& services) {
  MIEN_ASSIGN_OR_RETURN(const VerifyOptions options, OptionsOf(call));
  MIEN_ASSIGN_OR_RETURN(Face a, FaceIn(call, services, "a"));
  MIEN_ASSIGN_OR_RETURN(Face b, FaceIn(call, services, "b"));
  MIEN_ASSIGN_OR_RETURN(
      const Verification answer,
      services.recognizer->Compare(std::move(a), std::move(b), options));
  return TimedResponse(
      call,
      {{"similarity", answer.cosine_similarity},
       {"decision", std::string(DecisionName(answer.decision))},
       {"threshold", answer.thresholds.match},
       {"possible_threshold", answer.thresholds.possible},
       {"fmr", cli::NumberOrNull(answer.thresholds.fmr)},
       {"model", services.recognizer->embedder().contract().id},
       {"a", cli::FaceJson(answer.a.detection)},
       {"b", cli::FaceJson(answer.b.detection)}});
}

}  // namespace

void AddVerifyRoutes(Router& router, Services& services) {
  router.Add(
      {.method = "POST",
       .pattern = "/v1/verify",
       .role = Role::kRead,
       .handler = [&services](Call& call) { return Verify(call, services); }});
}

}  // namespace mien::server
