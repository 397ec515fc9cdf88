// SPDX-License-Identifier: Apache-2.0
//
// augment_bench DATASET [SIZE]: chips per second of one core, by the time that
// the thread spends, for decoding alone and for decoding with each set of
// augmentations. One line each.
#include <time.h>

#include <cstdio>
#include <cstdlib>

#include "data/augment.h"
#include "data/dataset.h"

namespace mien {
namespace {

double ThreadSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Chips per second of `work` on chips spread over the dataset.
template <typename Work>
double Rate(const ChipDataset& dataset, const Work& work) {
  constexpr std::size_t kChips = 1000;
  const double start = ThreadSeconds();
  for (std::size_t k = 0; k < kChips; ++k) {
    const std::size_t i = k * dataset.size() / kChips;
    const Result<Image> stored = dataset.Decode(i);
    if (!stored) {
      std::fprintf(stderr, "%s\n", stored.error().message.c_str());
      std::exit(1);
    }
    work(*stored, i);
  }
  return kChips / (ThreadSeconds() - start);
}

int Run(const char* folder, int size) {
  const Result<ChipDataset> dataset = ChipDataset::Open(folder);
  if (!dataset || dataset->size() == 0) {
    std::fprintf(stderr, "%s: no dataset with chips\n", folder);
    return 1;
  }
  const auto nothing = [](const Image&, std::size_t) {};
  std::printf("decode       %7.0f chips/s\n", Rate(*dataset, nothing));
  for (const char* name : {"none", "flip", "standard", "strong"}) {
    const AugmentOptions options = *ParseAugmentation(name);
    const auto augment = [&](const Image& stored, std::size_t i) {
      Augment(stored, dataset->geometry(), size, options, {1, 1, i});
    };
    std::printf("%-12s %7.0f chips/s\n", name, Rate(*dataset, augment));
  }
  return 0;
}

}  // namespace
}  // namespace mien

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: augment_bench DATASET [SIZE]\n");
    return 2;
  }
  return mien::Run(argv[1], argc > 2 ? std::atoi(argv[2]) : 112);
}
