// SPDX-License-Identifier: Apache-2.0
#include "image/bilinear_kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "image/synthetic_image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;

TEST(BilinearKernels, BlendColumnsWeighsBothNeighbours) {
  const std::vector<std::uint8_t> row = {10, 20, 30, 110, 120, 130};
  const std::vector<Neighbours> columns = {{0, 1, 1024}, {1, 1, 0}};
  for (const auto& kernels :
       {PlainBilinearKernels(), BestBilinearKernels(HostCpu())}) {
    std::vector<int> out(6 + kBilinearPadding);
    kernels.blend_columns(row, columns, out.data());
    out.resize(6);
    EXPECT_THAT(out,
                ElementsAre(60 * 2048,
                            70 * 2048,
                            80 * 2048,
                            110 * 2048,
                            120 * 2048,
                            130 * 2048));
  }
}

TEST(BilinearKernels, BlendRowsRoundsHalvesUp) {
  const std::vector<int> first(9, 10 * 2048);
  const std::vector<int> second(9, 11 * 2048);
  for (const auto& kernels :
       {PlainBilinearKernels(), BestBilinearKernels(HostCpu())}) {
    std::vector<std::uint8_t> out(9);
    kernels.blend_rows(first.data(), second.data(), 1023, 9, out.data());
    EXPECT_THAT(out, ::testing::Each(10));
    kernels.blend_rows(first.data(), second.data(), 1024, 9, out.data());
    EXPECT_THAT(out, ::testing::Each(11));
  }
}

TEST(BilinearKernels, BestGivesTheBitsOfPlain) {
  const Image image = NoiseImage(101, 2, 7);
  std::vector<Neighbours> columns;
  for (int x = 0; x < 101; ++x) {
    const int second = x + 1 < 101 ? x + 1 : x;
    columns.push_back({x, second, second == x ? 0 : 977 * x % 2049});
  }
  const std::size_t count = 3 * columns.size();
  std::vector<int> rows[2][2];
  std::vector<std::uint8_t> levels[2];
  const BilinearKernels kernels[] = {PlainBilinearKernels(),
                                     BestBilinearKernels(HostCpu())};
  for (int k = 0; k < 2; ++k) {
    for (int y = 0; y < 2; ++y) {
      rows[k][y].resize(count + kBilinearPadding);
      kernels[k].blend_columns(
          {image.row(y), image.stride_bytes()}, columns, rows[k][y].data());
      rows[k][y].resize(count);
    }
    levels[k].resize(count);
    kernels[k].blend_rows(
        rows[k][0].data(), rows[k][1].data(), 700, count, levels[k].data());
  }
  EXPECT_EQ(rows[0][0], rows[1][0]);
  EXPECT_EQ(rows[0][1], rows[1][1]);
  EXPECT_EQ(levels[0], levels[1]);
}

}  // namespace
}  // namespace mien
