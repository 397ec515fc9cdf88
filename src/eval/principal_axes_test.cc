// SPDX-License-Identifier: Apache-2.0
#include "eval/principal_axes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace mien {
namespace {

using testing::HasSubstr;

TEST(SolveSymmetric, FindsTheEigenvectorsOfASmallMatrix) {
  // [[2, 1], [1, 2]]: 3 along (1, 1), 1 along (1, -1).
  const SymmetricEigen eigen = SolveSymmetric({2.0, 1.0, 1.0, 2.0}, 2);
  EXPECT_NEAR(eigen.values[0], 3.0, 1e-12);
  EXPECT_NEAR(eigen.values[1], 1.0, 1e-12);
  EXPECT_NEAR(
      std::abs(eigen.vectors[0] + eigen.vectors[1]), std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(eigen.vectors[2] + eigen.vectors[3], 0.0, 1e-12);
}

TEST(SolveSymmetric, SortsADiagonalMatrix) {
  const SymmetricEigen eigen =
      SolveSymmetric({1.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, -2.0}, 3);
  EXPECT_EQ(eigen.values, (std::vector<double>{5.0, 1.0, -2.0}));
  EXPECT_EQ(eigen.vectors[1], 1.0);
  EXPECT_TRUE(SolveSymmetric({}, 0).values.empty());
}

std::vector<const std::vector<float>*> PointersTo(
    const std::vector<std::vector<float>>& samples) {
  std::vector<const std::vector<float>*> pointers;
  for (const std::vector<float>& sample : samples) {
    pointers.push_back(&sample);
  }
  return pointers;
}

TEST(FindPrincipalAxes, FindsWhereSamplesVaryMost) {
  // Deviations 5, 3 and 1 along orthogonal directions of four dimensions.
  const float h = std::sqrt(0.5F);
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> samples;
  for (int i = 0; i < 20'000; ++i) {
    const float a = 5.0F * normal(random);
    const float b = 3.0F * normal(random);
    const float c = normal(random);
    samples.push_back({10.0F + h * (a + b), h * (a - b), c - 2.0F, 7.0F});
  }
  const auto axes = FindPrincipalAxes(PointersTo(samples), 3);
  ASSERT_TRUE(axes);
  EXPECT_NEAR(axes->projection.mean[0], 10.0F, 0.15F);
  EXPECT_NEAR(axes->projection.mean[3], 7.0F, 1e-4F);
  EXPECT_NEAR(axes->variances[0], 25.0, 1.0);
  EXPECT_NEAR(axes->variances[1], 9.0, 0.4);
  EXPECT_NEAR(axes->variances[2], 1.0, 0.05);
  const std::vector<float>& rows = axes->projection.rows;
  EXPECT_NEAR(std::abs(rows[0] + rows[1]), std::sqrt(2.0F), 1e-2F);
  EXPECT_NEAR(std::abs(rows[4] - rows[5]), std::sqrt(2.0F), 1e-2F);
  EXPECT_NEAR(std::abs(rows[10]), 1.0F, 1e-2F);
}

TEST(FindPrincipalAxes, GivesZeroAxesWhereNothingVaries) {
  const auto axes = FindPrincipalAxes(
      PointersTo({{1.0F, 0.0F}, {3.0F, 0.0F}, {5.0F, 0.0F}}), 2);
  ASSERT_TRUE(axes);
  EXPECT_NEAR(axes->variances[0], 8.0 / 3.0, 1e-5);
  EXPECT_NEAR(axes->variances[1], 0.0, 1e-6);
  EXPECT_NEAR(std::abs(axes->projection.rows[0]), 1.0F, 1e-6F);
}

TEST(FindPrincipalAxes, NeedsMoreSamplesThanAxes) {
  const auto axes = FindPrincipalAxes(PointersTo({{1.0F, 2.0F}}), 1);
  ASSERT_FALSE(axes);
  EXPECT_THAT(axes.error().message, HasSubstr("1 samples of 2 values"));
  EXPECT_FALSE(FindPrincipalAxes({}, 1));
}

}  // namespace
}  // namespace mien
