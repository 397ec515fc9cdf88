// SPDX-License-Identifier: Apache-2.0
//
// Every kernel that this CPU can run, against plain loops.
#include "runtime/onednn/depthwise_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>

namespace mien::onednn {
namespace {

constexpr std::int64_t kChannels = 80;  // five blocks of 16: one group and one

std::vector<float> RandomValues(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(count));
  std::ranges::generate(values, [&] { return uniform(random); });
  return values;
}

float Rectified(const Rectifier& rectifier, float x, std::int64_t channel) {
  if (rectifier.slopes.empty()) {
    return x;
  }
  x = x < 0.0F ? x * rectifier.slopes[static_cast<std::size_t>(channel)] : x;
  return std::min(x, rectifier.bound);
}

/// The layer in floats, by its definition.
std::vector<float> Expected(const DepthwiseLayer& layer,
                            const std::vector<float>& in) {
  std::vector<float> out;
  const auto value_at = [&](std::int64_t n,
                            std::int64_t y,
                            std::int64_t x,
                            std::int64_t c) {
    const bool is_outside =
        y < 0 || x < 0 || y >= layer.in_height || x >= layer.in_width;
    const std::int64_t at =
        ((n * layer.in_height + y) * layer.in_width + x) * layer.channels + c;
    return is_outside
               ? 0.0F
               : Rectified(layer.before, in[static_cast<std::size_t>(at)], c);
  };
  const std::int64_t pixels = layer.batch * layer.out_height * layer.out_width;
  for (std::int64_t i = 0; i < pixels * layer.channels; ++i) {
    const std::int64_t c = i % layer.channels;
    const std::int64_t x = i / layer.channels % layer.out_width;
    const std::int64_t y =
        i / layer.channels / layer.out_width % layer.out_height;
    const std::int64_t n =
        i / layer.channels / layer.out_width / layer.out_height;
    float sum = layer.bias[static_cast<std::size_t>(c)];
    for (std::int64_t tap = 0; tap < kDepthwiseTaps; ++tap) {
      sum += layer.weights[static_cast<std::size_t>(tap * layer.channels + c)] *
             value_at(n,
                      y * layer.stride - layer.pad_top + tap / 3,
                      x * layer.stride - layer.pad_left + tap % 3,
                      c);
    }
    out.push_back(Rectified(layer.behind, sum, c));
  }
  return out;
}

struct Case {
  std::int64_t height = 7;
  std::int64_t width = 7;
  std::int64_t stride = 1;
  std::int64_t pad = 1;
};

DepthwiseLayer MakeLayer(const Case& c) {
  return {.batch = 2,
          .channels = kChannels,
          .in_height = c.height,
          .in_width = c.width,
          .out_height = (c.height + 2 * c.pad - 3) / c.stride + 1,
          .out_width = (c.width + 2 * c.pad - 3) / c.stride + 1,
          .stride = c.stride,
          .pad_top = c.pad,
          .pad_left = c.pad,
          .out_step = {},
          .before = {},
          .behind = {},
          .weights = RandomValues(kDepthwiseTaps * kChannels, 1),
          .bias = RandomValues(kChannels, 2)};
}

std::vector<float> InputOf(const DepthwiseLayer& layer) {
  return RandomValues(
      layer.batch * layer.in_height * layer.in_width * layer.channels, 3);
}

/// What `kernel` writes, `element_bytes` each.
std::vector<std::byte> RunKernel(const DepthwiseKernel& kernel,
                                 const DepthwiseLayer& layer,
                                 const void* in,
                                 std::size_t element_bytes) {
  const std::int64_t count =
      layer.batch * layer.out_height * layer.out_width * layer.channels;
  std::vector<std::byte> out(static_cast<std::size_t>(count) * element_bytes);
  kernel.run(layer, static_cast<const std::byte*>(in), out.data());
  return out;
}

void ExpectNear(const std::vector<float>& expected,
                const std::vector<float>& actual,
                float tolerance) {
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(expected[i], actual[i], tolerance) << "element " << i;
  }
}

std::vector<float> AsFloats(const std::vector<std::byte>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

float FromBfloat16(std::uint16_t half) {
  return std::bit_cast<float>(std::uint32_t{half} << 16U);
}

class Depthwise : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (UsableDepthwiseKernels().empty()) {
      GTEST_SKIP() << "skipped: needs AVX2";
    }
  }
};

TEST_P(Depthwise, GivesWhatPlainLoopsGive) {
  for (const DepthwiseKernel* kernel : UsableDepthwiseKernels()) {
    SCOPED_TRACE(kernel->name);
    DepthwiseLayer layer = MakeLayer(GetParam());
    layer.before.slopes = RandomValues(kChannels, 4);
    layer.behind = {RandomValues(kChannels, 5), 0.75F};
    const std::vector<float> in = InputOf(layer);
    ExpectNear(Expected(layer, in),
               AsFloats(RunKernel(*kernel, layer, in.data(), sizeof(float))),
               1e-5F);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes,
                         Depthwise,
                         testing::Values(Case{1, 1},
                                         Case{7, 7},
                                         Case{7, 7, 2},
                                         Case{8, 8, 2},
                                         Case{5, 4, 1, 0},
                                         Case{9, 9, 2, 0},
                                         Case{9,
                                              70},  // columns in three strips
                                         Case{61, 9},  // rows in three bands
                                         Case{9, 63, 2}));

class DepthwiseTypes : public Depthwise {};

TEST_P(DepthwiseTypes, RoundsToBytesAsAQuantisationSays) {
  for (const DepthwiseKernel* kernel : UsableDepthwiseKernels()) {
    for (const DataType type : {DataType::kUint8, DataType::kInt8}) {
      SCOPED_TRACE(kernel->name);
      DepthwiseLayer layer = MakeLayer(GetParam());
      layer.behind.slopes = RandomValues(kChannels, 5);
      layer.out = MapType::kBytes;
      layer.out_step = {type, 1.0F / 50.0F, type == DataType::kUint8 ? 90 : 3};
      const std::vector<float> in = InputOf(layer);
      const std::vector<float> expected = Expected(layer, in);
      const std::vector<std::byte> bytes =
          RunKernel(*kernel, layer, in.data(), 1);
      int saturated = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const float low = type == DataType::kUint8 ? 0.0F : -128.0F;
        const float wanted = std::clamp(
            expected[i] * 50.0F + static_cast<float>(layer.out_step.zero_point),
            low,
            low + 255.0F);
        const int q = type == DataType::kUint8
                          ? std::to_integer<int>(bytes[i])
                          : static_cast<std::int8_t>(bytes[i]);
        // Half a step, and as much as sums in another order differ.
        ASSERT_NEAR(wanted, static_cast<float>(q), 0.501F) << "element " << i;
        saturated += wanted == low || wanted == low + 255.0F ? 1 : 0;
      }
      EXPECT_GT(saturated, 0);
    }
  }
}

TEST_P(DepthwiseTypes, ReadsAndWritesBfloat16) {
  for (const DepthwiseKernel* kernel : UsableDepthwiseKernels()) {
    SCOPED_TRACE(kernel->name);
    DepthwiseLayer layer = MakeLayer(GetParam());
    layer.in = MapType::kBfloat16;
    layer.out = MapType::kBfloat16;
    std::vector<float> in = InputOf(layer);
    std::vector<std::uint16_t> halves;
    for (float& x : in) {
      halves.push_back(
          static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(x) >> 16U));
      x = FromBfloat16(halves.back());
    }
    const std::vector<std::byte> bytes =
        RunKernel(*kernel, layer, halves.data(), 2);
    std::vector<float> actual;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      std::uint16_t half = 0;
      std::memcpy(&half, &bytes[i], sizeof(half));
      actual.push_back(FromBfloat16(half));
    }
    const std::vector<float> expected = Expected(layer, in);
    ASSERT_EQ(expected.size(), actual.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      // Half of the last of eight bits, and as above.
      ASSERT_NEAR(
          expected[i], actual[i], std::abs(expected[i]) / 256.0F + 1e-5F);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Strides,
                         DepthwiseTypes,
                         testing::Values(Case{7, 7}, Case{8, 9, 2}));

TEST(DepthwiseBytes, MakeTheLowestByteOfWhatIsNoNumber) {
  for (const DepthwiseKernel* kernel : UsableDepthwiseKernels()) {
    SCOPED_TRACE(kernel->name);
    DepthwiseLayer layer = MakeLayer({});
    layer.out = MapType::kBytes;
    layer.out_step = {DataType::kUint8, 1.0F / 50.0F, 0};
    const std::vector<float> in(InputOf(layer).size(), std::nanf(""));
    for (const std::byte byte : RunKernel(*kernel, layer, in.data(), 1)) {
      ASSERT_EQ(std::to_integer<int>(byte), 0);
    }
  }
}

}  // namespace
}  // namespace mien::onednn
