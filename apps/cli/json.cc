// SPDX-License-Identifier: Apache-2.0
#include "json.h"

#include <cstdio>

namespace mien::cli {

Json NumberOrNull(const std::optional<double>& number) {
  return number ? Json(static_cast<float>(*number)) : Json(nullptr);
}

Json FaceJson(const Detection& face) {
  Json landmarks = Json::array();
  for (const Point& point : face.landmarks) {
    landmarks.push_back({point.x, point.y});
  }
  return {{"box", {face.box.x0, face.box.y0, face.box.x1, face.box.y1}},
          {"score", face.score},
          {"landmarks", std::move(landmarks)}};
}

Json FaceJson(const Detection& face, const Embedding& embedding) {
  Json json = FaceJson(face);
  json["embedding"] = embedding.values;
  json["model"] = embedding.model_id;
  return json;
}

Json ErrorJson(const std::filesystem::path& image, const Error& error) {
  return {{"image", image.string()},
          {"error",
           {{"code", std::string(ErrorCodeName(error.code))},
            {"message", error.message}}}};
}

std::string LineText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void PrintLine(const Json& json) {
  const std::string line = LineText(json);
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

}  // namespace mien::cli
