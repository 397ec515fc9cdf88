// SPDX-License-Identifier: Apache-2.0
#include "track/box_filter.h"

#include <gtest/gtest.h>

#include <array>

namespace mien {
namespace {

Box At(float x, float y, float side) { return {x, y, x + side, y + side}; }

TEST(CoordinateFilter, EqualsTheMatrixFormOfTheKalmanFilter) {
  // x = F x, P = F P F' + Q; K = P H' / (H P H' + R), x += K (z - H x),
  // P = (I - K H) P, with F = [1 1; 0 1] and H = [1 0], written out.
  CoordinateFilter filter(3.0, 2.0, 1.0);
  std::array<double, 2> x = {3.0, 0.0};
  std::array<double, 4> p = {4.0, 0.0, 0.0, 1.0};
  for (const double z : {4.0, 6.5, 7.0, 9.5, 20.0}) {
    filter.Predict(0.5, 0.25);
    x = {x[0] + x[1], x[1]};
    p = {p[0] + p[1] + p[2] + p[3] + 0.25,
         p[1] + p[3],
         p[2] + p[3],
         p[3] + 0.0625};
    filter.Correct(z, 1.5);
    const double s = p[0] + 2.25;
    const std::array<double, 2> k = {p[0] / s, p[2] / s};
    const double y = z - x[0];
    x = {x[0] + k[0] * y, x[1] + k[1] * y};
    p = {(1 - k[0]) * p[0],
         (1 - k[0]) * p[1],
         p[2] - k[1] * p[0],
         p[3] - k[1] * p[1]};
    EXPECT_NEAR(filter.value(), x[0], 1e-12);
    EXPECT_NEAR(filter.rate(), x[1], 1e-12);
  }
}

TEST(BoxFilter, StartsWhereTheFaceIs) {
  const Box box = BoxFilter({10, 20, 50, 70}).box();
  EXPECT_NEAR(box.x0, 10, 1e-4);
  EXPECT_NEAR(box.y0, 20, 1e-4);
  EXPECT_NEAR(box.x1, 50, 1e-4);
  EXPECT_NEAR(box.y1, 70, 1e-4);
}

TEST(BoxFilter, ForeseesMotionAtConstantVelocity) {
  BoxFilter filter(At(0, 0, 40));
  for (int step = 1; step <= 30; ++step) {
    filter.Predict();
    filter.Correct(At(3.0F * static_cast<float>(step), 0, 40));
  }
  filter.Predict();
  filter.Predict();
  EXPECT_NEAR(filter.box().x0, 96, 1.5F);
  EXPECT_NEAR(filter.box().y0, 0, 0.1F);
}

TEST(BoxFilter, SmoothsWhatJitters) {
  BoxFilter filter(At(100, 100, 40));
  for (int step = 0; step < 30; ++step) {
    filter.Predict();
    filter.Correct(At(step % 2 == 0 ? 98.0F : 102.0F, 100, 40));
  }
  EXPECT_NEAR(filter.box().x0, 100, 1.5F);
}

TEST(BoxFilter, NeverTurnsInsideOut) {
  BoxFilter filter(At(0, 0, 60));
  for (int step = 1; step <= 10; ++step) {
    filter.Predict();
    filter.Correct(At(0, 0, 60.0F - 6.0F * static_cast<float>(step)));
  }
  for (int step = 0; step < 20; ++step) {
    filter.Predict();
    EXPECT_GE(filter.box().height(), 0.9F);
    EXPECT_GE(filter.box().width(), 0.0F);
  }
}

}  // namespace
}  // namespace mien
