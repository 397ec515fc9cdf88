// SPDX-License-Identifier: Apache-2.0
//
// mien as a contender of bench/run.py: finds faces in a picture. The protocol
// is described in bench/README.md.
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/detector.h"
#include "mien/version.h"

namespace mien {
namespace {

using nlohmann::json;

constexpr std::size_t kFaceValues = 15;  // box, score, five landmarks

json Failed(const std::string& why) { return {{"ok", false}, {"error", why}}; }

/// Most memory that this process has held, in MB of 10^6 bytes.
double PeakMemoryMb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024.0 / 1e6;
}

Result<Image> ReadPicture(const std::string& path, int width, int height) {
  Image picture(width, height);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(picture.pixels().data()),
            static_cast<std::streamsize>(picture.pixels().size()));
  if (!file) {
    return Error{ErrorCode::kIo,
                 path + ": expected " +
                     std::to_string(picture.pixels().size()) + " bytes"};
  }
  return picture;
}

std::vector<float> Flatten(const std::vector<Detection>& faces) {
  std::vector<float> values;
  for (const Detection& face : faces) {
    values.insert(
        values.end(),
        {face.box.x0, face.box.y0, face.box.x1, face.box.y1, face.score});
    for (const Point& p : face.landmarks) {
      values.insert(values.end(), {p.x, p.y});
    }
  }
  return values;
}

class Contender {
 public:
  json Answer(const json& request) {
    const std::string what = request.value("do", "");
    if (what == "load") return Load(request);
    if (what == "run") return Run(request);
    if (what == "quit") return {{"ok", true}};
    return Failed("do is \"" + what + "\"; must be load, run or quit");
  }

 private:
  json Load(const json& request) {
    if (request.value("task", "") != "detect" ||
        request.value("precision", "fp32") != "fp32") {
      return Failed("this contender only detects, in fp32");
    }
    DetectorOptions options;
    options.min_face_px = request.value("min_face_px", options.min_face_px);
    options.score_threshold = request.value("score_threshold", 0.0F);
    options.input_long_side_px = request.value("input_long_side_px", 0);
    options.num_threads = request.value("threads", 1);
    options.close_up_padding_percent = 0;
    auto detector =
        Detector::Load(request.at("model").get<std::string>(), options);
    if (!detector) {
      return Failed(detector.error().message);
    }
    detector_ = *std::move(detector);
    return {{"ok", true},
            {"runtime", std::string("mien ") + std::string(Version())},
            {"precision", "fp32"}};
  }

  json Run(const json& request) {
    if (detector_ == nullptr) {
      return Failed("nothing is loaded");
    }
    const std::vector<int> shape = request.at("shape");
    const auto picture = ReadPicture(
        request.at("input").get<std::string>(), shape.at(1), shape.at(0));
    if (!picture) {
      return Failed(picture.error().message);
    }
    json times = json::array();
    std::vector<Detection> faces;
    for (int i = 0; i < request.value("iterations", 1); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      auto found = detector_->Detect(*picture);
      times.push_back(std::chrono::duration<double, std::milli>(
                          std::chrono::steady_clock::now() - begin)
                          .count());
      if (!found) {
        return Failed(found.error().message);
      }
      faces = *std::move(found);
    }
    if (request.contains("output")) {
      const std::vector<float> values = Flatten(faces);
      std::ofstream(request.at("output").get<std::string>(), std::ios::binary)
          .write(reinterpret_cast<const char*>(values.data()),
                 static_cast<std::streamsize>(values.size() * sizeof(float)));
    }
    return {{"ok", true},
            {"ms", times},
            {"outputs",
             {{{"name", "faces"}, {"shape", {faces.size(), kFaceValues}}}}},
            {"rss_mb", PeakMemoryMb()}};
  }

  std::unique_ptr<Detector> detector_;
};

/// Answers a line; what is malformed is answered like any other failure.
json AnswerLine(Contender& contender, const std::string& line) {
  try {
    return contender.Answer(json::parse(line));
  } catch (const std::exception& error) {
    return Failed(error.what());
  }
}

}  // namespace
}  // namespace mien

int main() {
  mien::Contender contender;
  for (std::string line; std::getline(std::cin, line);) {
    const auto answer = mien::AnswerLine(contender, line);
    std::cout << answer.dump() << std::endl;
    if (line.find("\"quit\"") != std::string::npos) {
      break;
    }
  }
  return 0;
}
