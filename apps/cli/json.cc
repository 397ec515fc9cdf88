// SPDX-License-Identifier: Apache-2.0
#include "json.h"

#include <cstdio>

namespace mien::cli {

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

void PrintLine(const Json& json) {
  // A path need not be UTF-8; what is not becomes U+FFFD.
  const std::string line =
      json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

}  // namespace mien::cli
