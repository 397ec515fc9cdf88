// SPDX-License-Identifier: Apache-2.0
#include "image/area_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "image/synthetic_image.h"

namespace mien {
namespace {

TEST(AreaKernels, BestSumsRowsLikePlain) {
  const Image image = NoiseImage(61, 257, 1);
  const std::size_t count = image.stride_bytes();
  for (const int rows : {1, 2, 3, 4, 5, 7, 90, 257}) {
    std::vector<std::uint16_t> plain(count);
    std::vector<std::uint16_t> best(count);
    PlainAreaKernels().sum_rows(
        image.row(0), image.stride_bytes(), rows, count, plain.data());
    BestAreaKernels(HostCpu()).sum_rows(
        image.row(0), image.stride_bytes(), rows, count, best.data());
    EXPECT_EQ(plain, best) << rows << " rows";
  }
}

TEST(AreaKernels, BestAveragesLikePlain) {
  const Image image = NoiseImage(203, 1, 2);
  std::vector<std::uint16_t> sums(3 * 203 + kAreaPadding);
  std::copy(image.pixels().begin(), image.pixels().end(), sums.begin());
  std::vector<int> begins(37);
  std::vector<int> sizes(37);
  for (int x = 0; x < 37; ++x) {
    begins[static_cast<std::size_t>(x)] = 5 * x;
    sizes[static_cast<std::size_t>(x)] = 1 + x % 7;
  }
  std::vector<float> plain(3 * 40);
  std::vector<float> best(3 * 40);
  const AreaRow row = {.sums = sums.data(),
                       .begins = begins.data(),
                       .sizes = sizes.data(),
                       .rows = 3,
                       .width = 37,
                       .mean = 127.5F,
                       .scale = 0.0078125F};
  PlainAreaKernels().average_row(row, plain.data(), 40);
  BestAreaKernels(HostCpu()).average_row(row, best.data(), 40);
  EXPECT_EQ(plain, best);
}

}  // namespace
}  // namespace mien
