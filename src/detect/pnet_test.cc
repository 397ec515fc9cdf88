// SPDX-License-Identifier: Apache-2.0
#include "detect/pnet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace mien {
namespace {

// A planar picture [channels, height, width] in double precision.
struct Planes {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<double> data;

  Planes(int c, int h, int w)
      : channels(c),
        height(h),
        width(w),
        data(static_cast<std::size_t>(c * h * w)) {}

  double& at(int c, int y, int x) {
    return data[static_cast<std::size_t>((c * height + y) * width + x)];
  }

  [[nodiscard]] double at(int c, int y, int x) const {
    return data[static_cast<std::size_t>((c * height + y) * width + x)];
  }
};

// The layers as the paper states them, one multiplication after the other.
Planes ConvPrelu(const Planes& in, const ConvPreluWeights& layer) {
  const int channels = static_cast<int>(layer.bias.size());
  Planes out(channels, in.height - 2, in.width - 2);
  for (int m = 0; m < channels; ++m) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        double sum = layer.bias[static_cast<std::size_t>(m)];
        for (int tap = 0; tap < in.channels * 9; ++tap) {
          sum +=
              layer
                  .weight[static_cast<std::size_t>(m * in.channels * 9 + tap)] *
              in.at(tap / 9, y + tap % 9 / 3, x + tap % 3);
        }
        out.at(m, y, x) =
            sum > 0 ? sum : sum * layer.slope[static_cast<std::size_t>(m)];
      }
    }
  }
  return out;
}

Planes PoolRoundingUp(const Planes& in) {
  Planes out(in.channels, (in.height + 1) / 2, (in.width + 1) / 2);
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        double largest = in.at(c, 2 * y, 2 * x);
        for (int i = 2 * y; i < std::min(2 * y + 2, in.height); ++i) {
          for (int j = 2 * x; j < std::min(2 * x + 2, in.width); ++j) {
            largest = std::max(largest, in.at(c, i, j));
          }
        }
        out.at(c, y, x) = largest;
      }
    }
  }
  return out;
}

double Head(const Planes& in,
            int y,
            int x,
            const std::vector<float>& weight,
            const std::vector<float>& bias,
            std::size_t output) {
  double sum = bias[output];
  for (int c = 0; c < in.channels; ++c) {
    sum += weight[output * kPnetConv3 + static_cast<std::size_t>(c)] *
           in.at(c, y, x);
  }
  return sum;
}

std::vector<float> RandomValues(std::size_t count,
                                float deviation,
                                std::mt19937& random) {
  std::normal_distribution<float> normal(0.0F, deviation);
  std::vector<float> values(count);
  for (float& value : values) {
    value = normal(random);
  }
  return values;
}

ConvPreluWeights RandomConv(std::size_t out,
                            std::size_t in,
                            std::mt19937& random) {
  return {.weight = RandomValues(
              out * in * 9, 1 / std::sqrt(static_cast<float>(in * 9)), random),
          .bias = RandomValues(out, 0.3F, random),
          .slope = RandomValues(out, 0.5F, random)};
}

PnetWeights RandomWeights() {
  std::mt19937 random(11);
  PnetWeights net;
  net.conv1 = RandomConv(kPnetConv1, 3, random);
  net.conv2 = RandomConv(kPnetConv2, kPnetConv1, random);
  net.conv3 = RandomConv(kPnetConv3, kPnetConv2, random);
  net.score_weight = RandomValues(2 * kPnetConv3, 0.3F, random);
  net.score_bias = RandomValues(2, 0.3F, random);
  net.offset_weight = RandomValues(4 * kPnetConv3, 0.3F, random);
  net.offset_bias = RandomValues(4, 0.3F, random);
  return net;
}

Image Noise(int width, int height) {
  std::mt19937 random(5);
  Image image(width, height);
  for (std::uint8_t& sample : image.pixels()) {
    sample = static_cast<std::uint8_t>(random());
  }
  return image;
}

Planes LevelOf(const Image& image) {
  Planes level(3, image.height(), image.width());
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < level.height; ++y) {
      for (int x = 0; x < level.width; ++x) {
        level.at(c, y, x) = (image.row(y)[3 * x + c] - 127.5) / 128.0;
      }
    }
  }
  return level;
}

void ExpectEqualsOracle(const PnetKernel& kernel, int width, int height) {
  const PnetWeights weights = RandomWeights();
  const Image image = Noise(width, height);
  const Planes conv3 = ConvPrelu(
      ConvPrelu(PoolRoundingUp(ConvPrelu(LevelOf(image), weights.conv1)),
                weights.conv2),
      weights.conv3);
  AreaRows level(image, width, height);
  const auto cells =
      Pnet(weights, kernel)
          .Run(level, {.last_row = conv3.height, .threshold = 1e-6F});
  ASSERT_EQ(cells.size(), static_cast<std::size_t>(conv3.height * conv3.width))
      << kernel.name;
  for (const PnetCell& cell : cells) {
    const auto head = [&](const auto& w, const auto& b, std::size_t i) {
      return Head(conv3, cell.y, cell.x, w, b, i);
    };
    const double logit = head(weights.score_weight, weights.score_bias, 1) -
                         head(weights.score_weight, weights.score_bias, 0);
    ASSERT_NEAR(cell.score, 1 / (1 + std::exp(-logit)), 2e-5)
        << kernel.name << " at " << cell.x << ", " << cell.y;
    for (std::size_t i = 0; i < 4; ++i) {
      ASSERT_NEAR(cell.offsets[i],
                  head(weights.offset_weight, weights.offset_bias, i),
                  5e-5)
          << kernel.name << " at " << cell.x << ", " << cell.y;
    }
  }
}

TEST(Pnet, EveryKernelEqualsPlainLoops) {
  for (const PnetKernel* kernel : UsablePnetKernels()) {
    ExpectEqualsOracle(*kernel, 12, 12);   // one output
    ExpectEqualsOracle(*kernel, 131, 27);  // odd: the pooling rounds up
    ExpectEqualsOracle(*kernel, 240, 34);  // several tiles across
    ExpectEqualsOracle(*kernel, 25, 61);
  }
}

// The left `width` columns of `image`.
Image LeftOf(const Image& image, int width) {
  Image left(width, image.height());
  for (int y = 0; y < image.height(); ++y) {
    std::copy_n(image.row(y), 3 * width, left.row(y));
  }
  return left;
}

// The right edge of a level is made in narrower steps than the rest.
TEST(Pnet, PixelsAtTheEdgeOfALevelAreComputedLikeThoseWithin) {
  const PnetRange all = {.last_row = 1000, .threshold = 1e-6F};
  const Image wide = Noise(300, 40);
  for (const PnetKernel* kernel : UsablePnetKernels()) {
    const Pnet net(RandomWeights(), *kernel);
    AreaRows wide_level(wide, wide.width(), wide.height());
    const auto expected = net.Run(wide_level, all);
    // Even, so that no window of the pooling is cut.
    for (int width = 14; width < wide.width(); width += 6) {
      const Image left = LeftOf(wide, width);
      AreaRows level(left, width, left.height());
      const auto cells = net.Run(level, all);
      ASSERT_FALSE(cells.empty());
      for (const PnetCell& cell : cells) {
        ASSERT_NE(std::ranges::find(expected, cell), expected.end())
            << kernel->name << ", " << width << " columns, at " << cell.x;
      }
    }
  }
}

TEST(Pnet, BandsGiveExactlyTheCellsOfTheWhole) {
  const Image image = Noise(150, 141);
  const Pnet net(RandomWeights(), *UsablePnetKernels().front());
  AreaRows level(image, 123, 117);
  const int rows = PnetExtentOf(117).output;
  const auto whole = net.Run(level, {.last_row = rows, .threshold = 0.5F});
  std::vector<PnetCell> parts;
  for (int first = 0; first < rows; first += 12) {
    const PnetRange band = {
        .first_row = first, .last_row = first + 12, .threshold = 0.5F};
    for (const PnetCell& cell : net.Run(level, band)) {
      parts.push_back(cell);
    }
  }
  EXPECT_GT(whole.size(), 100U);
  EXPECT_EQ(parts, whole);
}

// All rows of a level, and every cell.
constexpr PnetRange kAll = {.last_row = 1000, .threshold = 1e-6F};

// What follows breaks ties by this order.
TEST(Pnet, ReturnsCellsRowByRowThoughTheyAreMadeInTiles) {
  const Image image = Noise(240, 34);
  for (const PnetKernel* kernel : UsablePnetKernels()) {
    AreaRows level(image, 240, 34);
    const auto cells = Pnet(RandomWeights(), *kernel).Run(level, kAll);
    const auto width = static_cast<std::size_t>(PnetExtentOf(240).output);
    ASSERT_GT(cells.size(), 2 * width);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      ASSERT_EQ(cells[i].x, static_cast<int>(i % width)) << kernel->name;
      ASSERT_EQ(cells[i].y, static_cast<int>(i / width)) << kernel->name;
    }
  }
}

TEST(Pnet, KeepsOnlyCellsAtOrAboveTheThreshold) {
  const Image image = Noise(90, 60);
  const Pnet net(RandomWeights(), *UsablePnetKernels().front());
  AreaRows level(image, 90, 60);
  const auto all = net.Run(level, kAll);
  PnetRange upper = kAll;
  upper.threshold = all[all.size() / 2].score;
  const auto expected = std::ranges::count_if(
      all,
      [&upper](const PnetCell& cell) { return cell.score >= upper.threshold; });
  EXPECT_EQ(net.Run(level, upper).size(), static_cast<std::size_t>(expected));
}

TEST(Pnet, OfTooManyCellsTheBestRemain) {
  const Image image = Noise(90, 60);
  const Pnet net(RandomWeights(), *UsablePnetKernels().front());
  AreaRows level(image, 90, 60);
  auto expected = net.Run(level, kAll);
  std::ranges::sort(expected, std::greater<>(), &PnetCell::score);
  expected.resize(7);
  PnetRange few = kAll;
  few.max_cells = 7;
  auto best = net.Run(level, few);
  std::ranges::sort(best, std::greater<>(), &PnetCell::score);
  EXPECT_EQ(best, expected);
}

TEST(Pnet, FindsNothingInALevelBelowOneCell) {
  const Image image = Noise(10, 40);
  AreaRows level(image, 10, 40);
  const Pnet net(RandomWeights(), BaselinePnetKernel());
  EXPECT_TRUE(net.Run(level, kAll).empty());
}

}  // namespace
}  // namespace mien
