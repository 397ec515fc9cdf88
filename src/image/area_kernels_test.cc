// SPDX-License-Identifier: Apache-2.0
#include "image/area_kernels.h"

#include <gtest/gtest.h>

#include <vector>

#include "image/synthetic_image.h"

namespace mien {
namespace {

TEST(AreaKernels, BestSumsRowsLikePlain) {
  for (const int width : {1, 5, 10, 11, 21, 61, 203}) {
    const Image image = NoiseImage(width, 257, 1);
    const std::size_t count = image.stride_bytes();
    for (const int rows : {1, 2, 3, 4, 5, 7, 8, 9, 90, 257}) {
      std::vector<std::uint16_t> expected(count);
      PlainAreaKernels().sum_rows(
          image.row(0), count, rows, count, expected.data());
      // One more, which must not be written.
      std::vector<std::uint16_t> sums(count + 1, 7);
      BestAreaKernels(HostCpu()).sum_rows(
          image.row(0), count, rows, count, sums.data());
      EXPECT_EQ(sums.back(), 7);
      sums.pop_back();
      EXPECT_EQ(sums, expected) << rows << " rows of " << width;
    }
  }
}

// One row of `in` columns averaged to `out`, by `kernels`, between two numbers
// that no kernel may write.
std::vector<float> Average(const AreaKernels& kernels,
                           int rows,
                           int in,
                           int out,
                           bool brightest = false) {
  const auto columns = static_cast<std::size_t>(in);
  const Image noise = NoiseImage(in, 1, 2);
  std::vector<std::uint16_t> sums(3 * columns + kAreaPadding, 65535);
  for (std::size_t i = 0; i < 3 * columns; ++i) {
    const int level = brightest ? 255 : noise.row(0)[i];
    sums[i] = static_cast<std::uint16_t>(rows * level);
  }
  std::vector<int> begins;
  std::vector<int> sizes;
  for (int x = 0; x < out; ++x) {
    begins.push_back(x * in / out);
    sizes.push_back(((x + 1) * in + out - 1) / out - begins.back());
  }
  const std::ptrdiff_t stride = out + 2;
  std::vector<float> planes(static_cast<std::size_t>(3 * stride), -9.0F);
  kernels.average_row({.sums = sums.data(),
                       .begins = begins.data(),
                       .sizes = sizes.data(),
                       .rows = rows,
                       .width = out,
                       .mean = 127.5F,
                       .scale = 0.0078125F},
                      planes.data() + 1,
                      stride);
  return planes;
}

TEST(AreaKernels, BestAveragesLikePlainAtEveryScale) {
  const int in = 197;
  for (int out = 1; out <= 2 * in; out += 1 + out / 20) {
    for (const int rows : {1, 2, 3, 7, 13, 257}) {
      const auto expected = Average(PlainAreaKernels(), rows, in, out);
      ASSERT_EQ(Average(BestAreaKernels(HostCpu()), rows, in, out), expected)
          << in << " to " << out << ", " << rows << " rows";
    }
  }
}

// Where the sums of a window come closest to what their type can hold.
TEST(AreaKernels, AveragesOfWhiteAreWhite) {
  for (const int rows : {1, 6, 12, 31, 42, 51, 85, 128, 257}) {
    for (const int out : {1, 20, 40, 60, 85, 120, 300}) {
      const auto expected = Average(PlainAreaKernels(), rows, 300, out, true);
      EXPECT_EQ(expected[1], (255.0F - 127.5F) / 128.0F);
      ASSERT_EQ(Average(BestAreaKernels(HostCpu()), rows, 300, out, true),
                expected)
          << "300 to " << out << ", " << rows << " rows";
    }
  }
}

}  // namespace
}  // namespace mien
