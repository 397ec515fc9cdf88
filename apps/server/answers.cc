// SPDX-License-Identifier: Apache-2.0
#include "answers.h"

#include <utility>

namespace mien::server {

Handler HandlerOf(Work work, const Services& services) {
  return [work, &services](Call& call) { return work(call, services); };
}

Response JsonResponse(const Json& json, int status) {
  Response response;
  response.status = status;
  response.body = cli::LineText(json);
  return response;
}

Result<Response> TimedResponse(Call& call, Json json) {
  MIEN_ASSIGN_OR_RETURN(const bool wanted, call.input.Flag("timings", false));
  if (wanted) {
    Json timings = Json::object();
    for (const auto& [stage, time] : call.timings.stages()) {
      timings[stage] = 1000 * time.count();
    }
    json["timings_ms"] = std::move(timings);
  }
  return JsonResponse(json);
}

Result<FaceFilter> FilterOf(Call& call, const Services& services) {
  constexpr double kLongestSide = 50'000;
  FaceFilter filter;
  MIEN_ASSIGN_OR_RETURN(
      filter.max_faces,
      call.input.Int("max_faces", services.max_faces, 1, services.max_faces));
  MIEN_ASSIGN_OR_RETURN(const double min_score,
                        call.input.Number("min_score", 0, 0, 1));
  MIEN_ASSIGN_OR_RETURN(const double min_face_px,
                        call.input.Number("min_face_px", 0, 0, kLongestSide));
  filter.min_score = static_cast<float>(min_score);
  filter.min_face_px = static_cast<float>(min_face_px);
  return filter;
}

Result<DecodedImage> PictureOf(Call& call,
                               const Services& services,
                               std::string_view name,
                               Input::WholeBody body) {
  MIEN_ASSIGN_OR_RETURN(const auto file, call.input.Picture(name, body));
  return services.faces->Decode(file, call.timings);
}

Result<std::string> CollectionOf(Call& call) {
  const std::string& only = call.caller.collection;
  const std::string asked =
      call.input.Text("collection").value_or(only.empty() ? "default" : only);
  if (!only.empty() && asked != only) {
    call.input.Blame("collection");
    return Error{ErrorCode::kNotFound,
                 "no collection \"" + asked + "\" for this key"};
  }
  return asked;
}

}  // namespace mien::server
