// SPDX-License-Identifier: Apache-2.0
//
// soak MODELS COUNT THREADS PICTURE...
//
// Whether memory stays bounded: COUNT times takes one of the PICTUREs, brings
// it to a random size and aspect, encodes and decodes it as JPEG, finds its
// faces and embeds them. Prints the resident set now and then, and at the end
// its growth since the first tenth.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "image/resize.h"
#include "mien/image.h"
#include "mien/recognizer.h"

namespace mien {
namespace {

constexpr double kMinSidePx = 16.0;
constexpr double kMaxSidePx = 900.0;
constexpr int kNumReports = 20;

/// Bytes of memory that this process has resident (proc(5), statm).
double ResidentMebibytes() {
  std::ifstream statm("/proc/self/statm");
  double total_pages = 0.0;
  double resident_pages = 0.0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) /
         (1024.0 * 1024.0);
}

/// Sides drawn evenly on a logarithmic scale, each for itself.
Image RandomlyResized(const Image& image, std::mt19937& random) {
  std::uniform_real_distribution<double> side(std::log(kMinSidePx),
                                              std::log(kMaxSidePx));
  const int width = static_cast<int>(std::exp(side(random)));
  const int height = static_cast<int>(std::exp(side(random)));
  return ResizeArea(image, WholeOf(image), width, height);
}

/// Takes one picture the whole way; returns the number of faces, or -1.
int ProcessOne(const Recognizer& recognizer,
               const std::vector<Image>& pictures,
               unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> choice(0, pictures.size() - 1);
  const Image resized = RandomlyResized(pictures[choice(random)], random);
  const auto jpeg = EncodeJpeg(resized);
  if (!jpeg) {
    return -1;
  }
  const auto decoded = DecodeImage(*jpeg);
  if (!decoded) {
    return -1;
  }
  const auto faces = recognizer.FindFaces(decoded->image);
  return faces ? static_cast<int>(faces->size()) : -1;
}

struct SoakOptions {
  RecognizerOptions recognizer;
  std::vector<std::string> pictures;
  int count = 10'000;
  int threads = 1;
};

Result<std::vector<Image>> LoadAll(const std::vector<std::string>& paths) {
  std::vector<Image> images;
  for (const std::string& path : paths) {
    MIEN_ASSIGN_OR_RETURN(DecodedImage decoded, LoadImage(path));
    images.push_back(std::move(decoded.image));
  }
  return images;
}

Result<void> Soak(const SoakOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const auto recognizer,
                        Recognizer::Load(options.recognizer));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Image> pictures,
                        LoadAll(options.pictures));
  std::mutex mutex;
  int done = 0;
  int faces = 0;
  int failed = 0;
  double settled = 0.0;
  ParallelFor(options.count, options.threads, [&](int i) {
    const int found =
        ProcessOne(*recognizer, pictures, static_cast<unsigned>(i));
    const std::lock_guard lock(mutex);
    ++done;
    faces += std::max(found, 0);
    failed += found < 0 ? 1 : 0;
    if (done == options.count / 10) {
      settled = ResidentMebibytes();
    }
    if (done % std::max(options.count / kNumReports, 1) == 0) {
      std::printf("%6d pictures  %6d faces  %8.1f MiB resident\n",
                  done,
                  faces,
                  ResidentMebibytes());
      std::fflush(stdout);
    }
  });
  const double end = ResidentMebibytes();
  std::printf("%d failed; growth since picture %d: %.1f %%\n",
              failed,
              options.count / 10,
              100.0 * (end - settled) / settled);
  return {};
}

}  // namespace
}  // namespace mien

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: soak MODELS COUNT THREADS PICTURE...\n");
    return 2;
  }
  mien::SoakOptions options;
  options.recognizer.models = argv[1];
  options.count = std::max(std::atoi(argv[2]), 10);
  options.threads = std::max(std::atoi(argv[3]), 1);
  options.pictures.assign(argv + 4, argv + argc);
  const mien::Result<void> outcome = mien::Soak(options);
  if (!outcome) {
    std::fprintf(stderr, "soak: %s\n", outcome.error().message.c_str());
    return 1;
  }
  return 0;
}
