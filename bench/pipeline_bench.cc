// SPDX-License-Identifier: Apache-2.0
//
// mien as a contender of bench/run.py: from picture files to embeddings, the
// surest face of each. The protocol is described in bench/README.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/protocol.h"
#include "core/parallel.h"
#include "mien/recognizer.h"

namespace mien::bench {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> ReadLines(const std::string& path) {
  std::ifstream file(path);
  std::vector<fs::path> lines;
  for (std::string line; std::getline(file, line);) {
    lines.emplace_back(line);
  }
  if (lines.empty()) {
    return Error{ErrorCode::kIo, path + ": no lines, or cannot be read"};
  }
  return lines;
}

class PipelineContender : public Contender {
 public:
  json Load(const json& request) override {
    const auto precision = ParsePrecision(request.value("precision", "fp32"));
    if (request.value("task", "") != "pipeline" || !precision) {
      return Failed("this contender goes from pictures to embeddings");
    }
    RecognizerOptions options;
    options.detector = request.at("model").get<std::string>();
    options.embedder = request.at("embedder").get<std::string>();
    options.detection.min_face_px = request.value("min_face_px", 20);
    options.detection.input_long_side_px =
        request.value("input_long_side_px", 0);
    options.detection.num_threads = 1;
    options.embedding.precision = *precision;
    options.embedding.num_threads = 1;
    auto recognizer = Recognizer::Load(options);
    if (!recognizer) {
      return Failed(recognizer.error().message);
    }
    recognizer_ = *std::move(recognizer);
    threads_ = request.value("threads", 1);
    return Loaded(
        std::string(PrecisionName(recognizer_->embedder().precision())));
  }

  json Run(const json& request) override {
    if (recognizer_ == nullptr) {
      return Failed("nothing is loaded");
    }
    const auto pictures = ReadLines(request.at("input").get<std::string>());
    if (!pictures) {
      return Failed(pictures.error().message);
    }
    const auto size = static_cast<std::size_t>(
        recognizer_->embedder().contract().embedding_size);
    std::vector<float> rows(pictures->size() * size);
    json times = json::array();
    for (int i = 0; i < request.value("iterations", 1); ++i) {
      times.push_back(MillisecondsOf([&] { EmbedAll(*pictures, rows); }));
    }
    if (request.contains("output")) {
      std::ofstream(request.at("output").get<std::string>(), std::ios::binary)
          .write(reinterpret_cast<const char*>(rows.data()),
                 static_cast<std::streamsize>(rows.size() * sizeof(float)));
    }
    return Finished(
        std::move(times),
        {{{"name", "embeddings"}, {"shape", {pictures->size(), size}}}});
  }

 private:
  static constexpr std::size_t kPicturesPerStep = 16;

  /// Each thread takes some pictures at a time the whole way.
  void EmbedAll(std::span<const fs::path> pictures,
                std::vector<float>& rows) const {
    const std::size_t size = rows.size() / pictures.size();
    const std::size_t steps =
        (pictures.size() + kPicturesPerStep - 1) / kPicturesPerStep;
    ParallelFor(static_cast<int>(steps), threads_, [&](int step) {
      const std::size_t first =
          static_cast<std::size_t>(step) * kPicturesPerStep;
      const std::size_t count =
          std::min(kPicturesPerStep, pictures.size() - first);
      EmbedSome(pictures.subspan(first, count),
                std::span(rows).subspan(first * size, count * size));
    });
  }

  /// Rows of pictures without a face become zeros.
  void EmbedSome(std::span<const fs::path> pictures,
                 std::span<float> rows) const {
    const std::size_t size = rows.size() / pictures.size();
    std::ranges::fill(rows, 0.0F);
    std::vector<Image> chips;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (auto chip = SurestChip(pictures[i])) {
        chips.push_back(*std::move(chip));
        owners.push_back(i);
      }
    }
    const auto embeddings = recognizer_->Embed(chips);
    for (std::size_t k = 0; embeddings && k < owners.size(); ++k) {
      std::ranges::copy((*embeddings)[k].values,
                        rows.subspan(owners[k] * size, size).begin());
    }
  }

  [[nodiscard]] Result<Image> SurestChip(const fs::path& picture) const {
    MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(picture));
    MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> faces,
                          recognizer_->Detect(decoded.image));
    if (faces.empty()) {
      return Error{ErrorCode::kInvalidImage, "no face"};
    }
    return recognizer_->Align(decoded.image, faces.front());
  }

  std::unique_ptr<Recognizer> recognizer_;
  int threads_ = 1;
};

}  // namespace
}  // namespace mien::bench

int main() {
  mien::bench::PipelineContender contender;
  mien::bench::Serve(contender);
  return 0;
}
