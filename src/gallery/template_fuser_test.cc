// SPDX-License-Identifier: Apache-2.0
#include "gallery/template_fuser.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace mien {
namespace {

TEST(TemplateFuser, KeepsSubjectsApart) {
  const std::vector<float> probe = {0.0F, 2.0F};
  TemplateFuser fuser(probe);
  fuser.Add(1, std::vector{0.6F, 0.8F});
  fuser.Add(2, std::vector{1.0F, 0.0F});
  fuser.Add(1, std::vector{0.8F, 0.6F});
  EXPECT_FLOAT_EQ(*fuser.Similarity(1, Fusion::kMax), 0.8F);
  EXPECT_FLOAT_EQ(*fuser.Similarity(1, Fusion::kMeanOfTop), 0.7F);
  // The centroid lies at 45 degrees.
  EXPECT_FLOAT_EQ(*fuser.Similarity(1, Fusion::kCentroid), 0.70710678F);
  EXPECT_FLOAT_EQ(*fuser.Similarity(2, Fusion::kCentroid), 0.0F);
  EXPECT_EQ(fuser.Similarity(3, Fusion::kMax), std::nullopt);
}

}  // namespace
}  // namespace mien
