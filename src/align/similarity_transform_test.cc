// SPDX-License-Identifier: Apache-2.0
#include "align/similarity_transform.h"

#include <gtest/gtest.h>

#include "align/templates.h"

namespace mien {
namespace {

TEST(SimilarityTransform, FindsAKnownRotationScaleAndShift) {
  // A quarter turn, twice the size, then (100, 10): x' = 100 - 2 y,
  // y' = 10 + 2 x.
  Landmarks to;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const Point p = kArcFace112[i];
    to[i] = {100 - 2 * p.y, 10 + 2 * p.x};
  }
  const auto map = SimilarityTransform(kArcFace112, to);
  ASSERT_TRUE(map);
  EXPECT_NEAR(map->m[0], 0, 1e-5);
  EXPECT_NEAR(map->m[1], -2, 1e-5);
  EXPECT_NEAR(map->m[2], 100, 1e-3);
  EXPECT_NEAR(map->m[3], 2, 1e-5);
  EXPECT_NEAR(map->m[5], 10, 1e-3);
}

TEST(SimilarityTransform, IsTheLeastSquaresFitOfNoisyPoints) {
  // Landmarks of an LFW picture; the matrix is that of scikit-image 0.19's
  // SimilarityTransform.estimate().
  const Landmarks from = {{{105.479F, 108.724F},
                           {144.958F, 110.564F},
                           {124.229F, 136.273F},
                           {108.119F, 157.005F},
                           {137.198F, 157.82F}}};
  const auto map = SimilarityTransform(from, kArcFace112);
  ASSERT_TRUE(map);
  EXPECT_NEAR(map->m[0], 0.875228, 1e-5);
  EXPECT_NEAR(map->m[1], 0.047310, 1e-5);
  EXPECT_NEAR(map->m[2], -58.8424, 1e-3);
  EXPECT_NEAR(map->m[3], -0.047310, 1e-5);
  EXPECT_NEAR(map->m[4], 0.875228, 1e-5);
  EXPECT_NEAR(map->m[5], -39.5811, 1e-3);
}

TEST(SimilarityTransform, NeverMirrors) {
  Landmarks to = kArcFace112;
  for (Point& p : to) {
    p.x = -p.x;
  }
  const auto map = SimilarityTransform(kArcFace112, to);
  ASSERT_TRUE(map);
  EXPECT_GT(map->m[0] * map->m[4] - map->m[1] * map->m[3], 0);
}

TEST(SimilarityTransform, RefusesPointsThatCoincide) {
  Landmarks from;
  from.fill({20, 30});
  const auto map = SimilarityTransform(from, kArcFace112);
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ErrorCode::kInvalidArgument);
}

TEST(ArcFaceTemplate, ScalesTo160) {
  const Landmarks points = ArcFaceTemplate(160, 160);
  EXPECT_NEAR(points[0].x, 54.7066F, 1e-3);  // 38.2946 * 160 / 112
  EXPECT_NEAR(points[4].y, 131.7201F, 1e-3);
}

TEST(ArcFaceTemplate, CentresNarrowAndWideChips) {
  // SphereFace's 96 x 112 lies 8 pixels further left.
  EXPECT_NEAR(ArcFaceTemplate(96, 112)[0].x, 30.2946F, 1e-4);
  // insightface's rule for 128: 8 pixels further right, same size.
  EXPECT_NEAR(ArcFaceTemplate(128, 128)[0].x, 46.2946F, 1e-4);
  EXPECT_NEAR(ArcFaceTemplate(128, 128)[0].y, 51.6963F, 1e-4);
}

}  // namespace
}  // namespace mien
