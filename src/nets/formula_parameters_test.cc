// SPDX-License-Identifier: Apache-2.0
#include "nets/formula_parameters.h"

#include <gtest/gtest.h>

namespace mien::nets {
namespace {

TEST(FormulaNumbers, FollowTheGenerator) {
  // Python: x = zlib.crc32(b"input"); x = (1664525 * x + 1013904223) % 2**32
  const std::vector<double> u = FormulaNumbers("input", 3);
  EXPECT_NEAR(u[0], -0.6115052355453372, 1e-15);
  EXPECT_NEAR(u[1], 0.7199398432858288, 1e-15);
  EXPECT_NEAR(u[2], 0.33978128992021084, 1e-15);
}

TEST(FormulaParameters, ScaleAConvolutionByItsFanIn) {
  const Tensor weight = FormulaParameters()({.name = "conv2d_1a.conv.weight",
                                             .kind = ParameterKind::kConvWeight,
                                             .shape = {32, 3, 3, 3},
                                             .fan_in = 27});
  ASSERT_EQ(weight.shape(), (Shape{32, 3, 3, 3}));
  // u_0 = 0.0649887002; sqrt(6 / 27) = 0.4714045208.
  EXPECT_FLOAT_EQ(weight.values<float>()[0], 0.030635967F);
}

TEST(FormulaParameters, KeepVariancesPositive) {
  const Tensor variance =
      FormulaParameters()({.name = "conv2d_1a.bn.running_var",
                           .kind = ParameterKind::kNormVariance,
                           .shape = {32}});
  for (const float value : variance.values<float>()) {
    EXPECT_GE(value, 1.0F);
    EXPECT_LE(value, 1.5F);
  }
}

}  // namespace
}  // namespace mien::nets
