// SPDX-License-Identifier: Apache-2.0
//
// Every kernel that this CPU can run, against plain loops.
#include "runtime/onednn/winograd_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace mien::onednn {
namespace {

constexpr float kNoBound = -std::numeric_limits<float>::infinity();

std::vector<float> RandomValues(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(count));
  std::ranges::generate(values, [&] { return uniform(random); });
  return values;
}

/// What is tested with every kernel.
struct Case {
  std::int64_t height = 9;  ///< of the output
  std::int64_t width = 9;
  std::int64_t pad = 1;
  float lower = kNoBound;
  bool adds = false;
  bool in_blocks = false;
  int num_threads = 1;
};

MapStrides Strides(bool in_blocks,
                   std::int64_t channels,
                   std::int64_t height,
                   std::int64_t width,
                   std::int64_t lanes) {
  const std::int64_t area = height * width;
  return in_blocks
             ? MapStrides{area * channels, width * lanes, lanes, area * lanes}
             : MapStrides{area * channels, width * channels, channels, lanes};
}

WinogradLayer MakeLayer(const Case& c, std::int64_t lanes) {
  WinogradLayer layer;
  layer.batch = 2;
  layer.in_channels = 3 * lanes;
  layer.out_channels = 4 * lanes;
  layer.in_height = c.height + 2 - 2 * c.pad;
  layer.in_width = c.width + 2 - 2 * c.pad;
  layer.out_height = c.height;
  layer.out_width = c.width;
  layer.pad_top = c.pad;
  layer.pad_left = c.pad;
  layer.in = Strides(
      c.in_blocks, layer.in_channels, layer.in_height, layer.in_width, lanes);
  layer.out = Strides(c.in_blocks,
                      layer.out_channels,
                      layer.out_height,
                      layer.out_width,
                      lanes);
  layer.adds = c.adds;
  layer.lower = c.lower;
  layer.bias = RandomValues(layer.out_channels, 1);
  return layer;
}

std::size_t PlaceOf(const MapStrides& strides,
                    std::int64_t lanes,
                    std::int64_t sample,
                    std::int64_t channel,
                    std::int64_t row,
                    std::int64_t column) {
  return static_cast<std::size_t>(
      sample * strides.sample + channel / lanes * strides.block +
      row * strides.row + column * strides.pixel + channel % lanes);
}

/// One output by the definition of a convolution, before it is bounded.
float Sum(const WinogradLayer& layer,
          std::int64_t lanes,
          const std::vector<float>& weights,
          const std::vector<float>& in,
          std::int64_t sample,
          std::int64_t channel,
          std::int64_t row,
          std::int64_t column) {
  double sum = layer.bias[static_cast<std::size_t>(channel)];
  for (std::int64_t c = 0; c < layer.in_channels; ++c) {
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int64_t y = row - layer.pad_top + tap / 3;
      const std::int64_t x = column - layer.pad_left + tap % 3;
      if (y >= 0 && x >= 0 && y < layer.in_height && x < layer.in_width) {
        const auto w = static_cast<std::size_t>(
            (channel * layer.in_channels + c) * 9 + tap);
        sum +=
            double{weights[w]} * in[PlaceOf(layer.in, lanes, sample, c, y, x)];
      }
    }
  }
  return static_cast<float>(sum);
}

void ExpectConvolves(const WinogradKernel& kernel, const Case& c) {
  WinogradLayer layer = MakeLayer(c, kernel.lanes);
  const std::vector<float> weights =
      RandomValues(layer.out_channels * layer.in_channels * 9, 2);
  layer.weights = std::make_shared<const std::vector<float>>(TransformWeights(
      weights, layer.out_channels, layer.in_channels, kernel.lanes));
  const std::vector<float> in = RandomValues(layer.batch * layer.in.sample, 3);
  const std::vector<float> before =
      RandomValues(layer.batch * layer.out.sample, 4);
  std::vector<float> out = before;
  std::vector<float> scratch(WinogradScratch(kernel, layer, c.num_threads));
  RunWinograd(
      kernel, layer, c.num_threads, in.data(), out.data(), scratch.data());
  double worst = 0.0;
  for (std::int64_t n = 0; n < layer.batch; ++n) {
    for (std::int64_t m = 0; m < layer.out_channels; ++m) {
      for (std::int64_t y = 0; y < layer.out_height; ++y) {
        for (std::int64_t x = 0; x < layer.out_width; ++x) {
          const std::size_t at = PlaceOf(layer.out, kernel.lanes, n, m, y, x);
          float expected = Sum(layer, kernel.lanes, weights, in, n, m, y, x) +
                           (c.adds ? before[at] : 0.0F);
          expected = std::max(expected, c.lower);
          worst = std::max(worst, std::abs(double{out[at]} - expected));
        }
      }
    }
  }
  EXPECT_LE(worst, 2e-4);  // of sums of 216 or 432 products up to 1
}

void ExpectAllConvolve(const Case& c) {
  for (const WinogradKernel* kernel : UsableWinogradKernels()) {
    SCOPED_TRACE(std::string(kernel->name) + ", " + std::to_string(c.height) +
                 " x " + std::to_string(c.width));
    ExpectConvolves(*kernel, c);
  }
}

TEST(WinogradKernel, ConvolvesMapsOfWholeTiles) {
  ExpectAllConvolve({.height = 8, .width = 12});
}

TEST(WinogradKernel, ConvolvesMapsThatEndWithinATile) {
  for (const std::int64_t side : {1, 5, 6, 7}) {
    ExpectAllConvolve({.height = side, .width = 13});
    ExpectAllConvolve({.height = 13, .width = side});
  }
}

TEST(WinogradKernel, ConvolvesWithoutAndWithMuchPadding) {
  ExpectAllConvolve({.pad = 0});
  ExpectAllConvolve({.pad = 2});
}

TEST(WinogradKernel, RectifiesAndAdds) {
  ExpectAllConvolve({.lower = 0.0F});
  ExpectAllConvolve({.lower = 0.0F, .adds = true});
  ExpectAllConvolve({.adds = true});
}

TEST(WinogradKernel, ReadsAndWritesBlocksOfChannels) {
  ExpectAllConvolve({.height = 7, .adds = true, .in_blocks = true});
}

// More tiles than are worked on at once, and few for many threads.
TEST(WinogradKernel, SharesTilesAmongThreads) {
  ExpectAllConvolve({.height = 60, .width = 33, .num_threads = 3});
  ExpectAllConvolve({.height = 3, .width = 3, .num_threads = 4});
}

TEST(TransformWeights, MultipliesByGFromBothSides) {
  // Output channel 17 of 32 has a one in the middle of its kernel to input
  // channel 3 of 8, so that place 6 i + j is G[i][1] G[j][1].
  std::vector<float> weights(32 * 8 * 9);
  weights[(17 * 8 + 3) * 9 + 4] = 1.0F;
  const std::vector<float> result = TransformWeights(weights, 32, 8, 8);
  ASSERT_EQ(result.size(), 32U * 8 * 36);
  const auto at = [&](std::size_t place) {
    return result[((1 * 36 + place) * 8 + 3) * 16 + 1];
  };
  EXPECT_FLOAT_EQ(at(0), 0.0F);
  EXPECT_FLOAT_EQ(at(7), 1.0F / 36);
  EXPECT_FLOAT_EQ(at(8), -1.0F / 36);
  EXPECT_FLOAT_EQ(at(21), 1.0F / 144);
  EXPECT_FLOAT_EQ(at(22), -1.0F / 144);
  EXPECT_EQ(std::ranges::count(result, 0.0F), std::ssize(result) - 4 * 4);
}

}  // namespace
}  // namespace mien::onednn
