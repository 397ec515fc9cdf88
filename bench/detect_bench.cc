// SPDX-License-Identifier: Apache-2.0
//
// mien as a contender of bench/run.py: finds faces in a picture. The protocol
// is described in bench/README.md.
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/protocol.h"
#include "mien/detector.h"

namespace mien::bench {
namespace {

constexpr std::size_t kFaceValues = 15;  // box, score, five landmarks

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

class DetectContender : public Contender {
 public:
  json Load(const json& request) override {
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
    return Loaded("fp32");
  }

  json Run(const json& request) override {
    if (detector_ == nullptr) {
      return Failed("nothing is loaded");
    }
    const std::vector<int> shape = request.at("shape");
    Image picture(shape.at(1), shape.at(0));
    if (const auto read = ReadInput(request.at("input").get<std::string>(),
                                    std::as_writable_bytes(picture.pixels()));
        !read) {
      return Failed(read.error().message);
    }
    json times = json::array();
    std::vector<Detection> faces;
    for (int i = 0; i < request.value("iterations", 1); ++i) {
      Result<std::vector<Detection>> found = faces;
      times.push_back(
          MillisecondsOf([&] { found = detector_->Detect(picture); }));
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
    return Finished(
        std::move(times),
        {{{"name", "faces"}, {"shape", {faces.size(), kFaceValues}}}});
  }

 private:
  std::unique_ptr<Detector> detector_;
};

}  // namespace
}  // namespace mien::bench

int main() {
  mien::bench::DetectContender contender;
  mien::bench::Serve(contender);
  return 0;
}
