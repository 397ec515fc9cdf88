// SPDX-License-Identifier: Apache-2.0
//
// Convolutions of many shapes in bf16 give what the reference executor gives in
// floats, within bf16's rounding. Which code of oneDNN computes one depends on
// its shape and on the CPU.
#include <string>

#include "core/cpu.h"
#include "runtime/onednn/compare_executors.h"

namespace mien::onednn {
namespace {

/// Eight bits of mantissa, three layers, sums of random signs.
constexpr double kBfloat16Tolerance = 2e-2;

struct ConvShape {
  int in = 0;
  int out = 0;
  int side = 0;
  int kernel = 0;
  int stride = 1;
  int pad = 0;
  int batch = 2;
};

/// The convolution among others, so that it reads and writes bf16.
Graph AmongOthers(const ConvShape& shape, bool is_first) {
  GraphBuilder net("net", RandomSource(unsigned(shape.in + shape.kernel)));
  Value x = net.Input(
      "x", {shape.batch, is_first ? shape.in : 8, shape.side, shape.side});
  if (!is_first) {
    x = net.Relu(net.Conv(x, "before", {.out = shape.in, .kernel = {1, 1}}));
  }
  x = net.Relu(net.Conv(x,
                        "conv",
                        {.out = shape.out,
                         .kernel = {shape.kernel, shape.kernel},
                         .stride = {shape.stride, shape.stride},
                         .pad = {shape.pad, shape.pad},
                         .bias = true}));
  net.Output(net.Conv(x, "after", {.out = 16, .kernel = {1, 1}}), "y");
  return std::move(net).Build();
}

std::string Describe(const ConvShape& shape) {
  return std::to_string(shape.batch) + "x" + std::to_string(shape.in) + "x" +
         std::to_string(shape.side) + " -> " + std::to_string(shape.out) +
         ", kernel " + std::to_string(shape.kernel) + ", stride " +
         std::to_string(shape.stride) + ", pad " + std::to_string(shape.pad);
}

void ExpectNearReference(const ConvShape& shape) {
  for (const bool is_first : {true, false}) {
    SCOPED_TRACE(Describe(shape) + (is_first ? ", first" : ""));
    ExpectEqualsReference(AmongOthers(shape, is_first),
                          {.precision = Precision::kBfloat16},
                          kBfloat16Tolerance);
  }
}

class Bfloat16Conv : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!HostCpu().avx512) {
      GTEST_SKIP() << "skipped: needs AVX-512";
    }
  }
};

/// Every number of input channels with every kernel and stride.
TEST_P(Bfloat16Conv, GivesWhatTheReferenceGives) {
  for (const int kernel : {1, 3, 5}) {
    for (const int stride : {1, 2, 4, 8}) {
      for (const int pad : {0, 1}) {
        if (pad == 0 || kernel > 1) {
          ExpectNearReference({.in = GetParam(),
                               .out = 24,
                               .side = 19,
                               .kernel = kernel,
                               .stride = stride,
                               .pad = pad});
        }
      }
    }
  }
}

/// oneDNN's code for AMX overwrites its input (see IsBroken()).
TEST_P(Bfloat16Conv, SkipsInputsOfLargeMaps) {
  ExpectNearReference({.in = GetParam(),
                       .out = 32,
                       .side = 96,
                       .kernel = 3,
                       .stride = 8,
                       .pad = 1});
}

INSTANTIATE_TEST_SUITE_P(Channels,
                         Bfloat16Conv,
                         testing::Values(3, 8, 16, 32, 48, 64, 80));

}  // namespace
}  // namespace mien::onednn
