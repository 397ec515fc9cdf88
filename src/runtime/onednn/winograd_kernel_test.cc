// SPDX-License-Identifier: Apache-2.0
//
// Every kernel that this CPU can run, against plain loops.
#include "runtime/onednn/winograd_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <random>
#include <string>

#include "graph/half.h"

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
  std::int64_t pad_top = 1;  ///< and as much below
  std::int64_t pad_left = 1;
  float lower = kNoBound;
  bool adds = false;
  bool in_blocks = false;
  bool out_blocks = false;
  bool reads_bf16 = false;
  bool writes_bf16 = false;
  int num_threads = 1;
};

MapStrides Strides(bool is_blocked,
                   std::int64_t channels,
                   std::int64_t height,
                   std::int64_t width,
                   std::int64_t lanes) {
  const std::int64_t area = height * width;
  return is_blocked
             ? MapStrides{area * channels, width * lanes, lanes, area * lanes}
             : MapStrides{area * channels, width * channels, channels, lanes};
}

WinogradLayer MakeLayer(const Case& c, std::int64_t lanes) {
  WinogradLayer layer;
  layer.batch = 2;
  layer.in_channels = 3 * lanes;
  layer.out_channels = 4 * lanes;
  layer.in_height = c.height + 2 - 2 * c.pad_top;
  layer.in_width = c.width + 2 - 2 * c.pad_left;
  layer.out_height = c.height;
  layer.out_width = c.width;
  layer.pad_top = c.pad_top;
  layer.pad_left = c.pad_left;
  layer.in = Strides(
      c.in_blocks, layer.in_channels, layer.in_height, layer.in_width, lanes);
  layer.out = Strides(c.out_blocks,
                      layer.out_channels,
                      layer.out_height,
                      layer.out_width,
                      lanes);
  layer.reads_bf16 = c.reads_bf16;
  layer.writes_bf16 = c.writes_bf16;
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

/// Values of a map as the kernel reads and writes them.
class Map {
 public:
  Map(std::int64_t count, unsigned seed, bool is_bf16) : is_bf16_(is_bf16) {
    floats_ = RandomValues(count, seed);
    std::ranges::transform(
        floats_, std::back_inserter(halves_), Bfloat16FromFloat);
  }

  [[nodiscard]] std::byte* data() {
    return is_bf16_ ? reinterpret_cast<std::byte*>(halves_.data())
                    : reinterpret_cast<std::byte*>(floats_.data());
  }

  [[nodiscard]] std::vector<float> Values() const {
    std::vector<float> values = floats_;
    if (is_bf16_) {
      std::ranges::transform(halves_, values.begin(), FloatFromBfloat16);
    }
    return values;
  }

 private:
  bool is_bf16_;
  std::vector<float> floats_;
  std::vector<std::uint16_t> halves_;
};

void ExpectConvolves(const WinogradKernel& kernel, const Case& c) {
  WinogradLayer layer = MakeLayer(c, kernel.lanes);
  const std::vector<float> weights =
      RandomValues(layer.out_channels * layer.in_channels * 9, 2);
  layer.weights = std::make_shared<const std::vector<float>>(TransformWeights(
      weights, layer.out_channels, layer.in_channels, kernel.lanes));
  Map in(layer.batch * layer.in.sample, 3, c.reads_bf16);
  Map out(layer.batch * layer.out.sample, 4, c.writes_bf16);
  const std::vector<float> x = in.Values();
  const std::vector<float> before = out.Values();
  std::vector<float> scratch(WinogradScratch(kernel, layer, c.num_threads));
  RunWinograd(
      kernel, layer, c.num_threads, in.data(), out.data(), scratch.data());
  const std::vector<float> y = out.Values();
  const double step = c.writes_bf16 ? 0x1p-8 : 0.0;  // of a rounded output
  double worst = 0.0;
  for (std::int64_t n = 0; n < layer.batch; ++n) {
    for (std::int64_t m = 0; m < layer.out_channels; ++m) {
      for (std::int64_t row = 0; row < layer.out_height; ++row) {
        for (std::int64_t column = 0; column < layer.out_width; ++column) {
          const std::size_t at =
              PlaceOf(layer.out, kernel.lanes, n, m, row, column);
          const float sum =
              Sum(layer, kernel.lanes, weights, x, n, m, row, column) +
              (c.adds ? before[at] : 0.0F);
          const double expected = std::max(sum, c.lower);
          const double error = std::abs(double{y[at]} - expected);
          worst = std::max(worst, error - step * std::abs(expected));
        }
      }
    }
  }
  EXPECT_LE(worst, 2e-4);  // of sums of 216 or 432 products up to 1
}

class WinogradKernelTest : public testing::Test {
 protected:
  void SetUp() override {
    if (UsableWinogradKernels().empty()) {
      GTEST_SKIP() << "skipped: needs AVX2";
    }
  }
};

void ExpectAllConvolve(const Case& c) {
  for (const WinogradKernel* kernel : UsableWinogradKernels()) {
    SCOPED_TRACE(std::string(kernel->name) + ", " + std::to_string(c.height) +
                 " x " + std::to_string(c.width));
    ExpectConvolves(*kernel, c);
  }
}

TEST_F(WinogradKernelTest, ConvolvesMapsOfWholeTiles) {
  ExpectAllConvolve({.height = 8, .width = 12});
}

TEST_F(WinogradKernelTest, ConvolvesMapsThatEndWithinATile) {
  for (const std::int64_t side : {1, 5, 6, 7}) {
    ExpectAllConvolve({.height = side, .width = 13});
    ExpectAllConvolve({.height = 13, .width = side});
  }
}

TEST_F(WinogradKernelTest, ConvolvesWithoutAndWithMuchPadding) {
  ExpectAllConvolve({.pad_top = 0, .pad_left = 2});
  ExpectAllConvolve({.pad_top = 2, .pad_left = 0});
  ExpectAllConvolve({.pad_top = 5, .pad_left = 5});
}

TEST_F(WinogradKernelTest, RectifiesAndAdds) {
  ExpectAllConvolve({.lower = 0.0F});
  ExpectAllConvolve({.lower = 0.0F, .adds = true});
  ExpectAllConvolve({.adds = true});
}

TEST_F(WinogradKernelTest, ReadsAndWritesBlocksOfChannels) {
  ExpectAllConvolve({.height = 7, .in_blocks = true});
  ExpectAllConvolve({.height = 7, .adds = true, .out_blocks = true});
  ExpectAllConvolve({.in_blocks = true, .out_blocks = true});
}

TEST_F(WinogradKernelTest, ReadsAndWritesBfloat16) {
  ExpectAllConvolve({.height = 7, .adds = true, .reads_bf16 = true});
  ExpectAllConvolve({.height = 7, .adds = true, .writes_bf16 = true});
  ExpectAllConvolve({.lower = 0.0F,
                     .in_blocks = true,
                     .reads_bf16 = true,
                     .writes_bf16 = true});
}

// More tiles than are worked on at once, and few for many threads.
TEST_F(WinogradKernelTest, SharesTilesAmongThreads) {
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
