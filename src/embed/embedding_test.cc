// SPDX-License-Identifier: Apache-2.0
#include "mien/embedding.h"

#include <gtest/gtest.h>

#include <vector>

namespace mien {
namespace {

TEST(CosineSimilarity, OfVectorsOfAnyLengthIsTheCosineOfTheirAngle) {
  const std::vector<float> a = {3.0F, 0.0F};
  const std::vector<float> b = {5.0F, 5.0F};
  EXPECT_FLOAT_EQ(CosineSimilarity(a, b), 0.70710678F);
}

TEST(CosineSimilarity, OfOppositesIsMinusOne) {
  const std::vector<float> a = {0.3F, -0.4F, 1.1F};
  const std::vector<float> b = {-0.6F, 0.8F, -2.2F};
  EXPECT_EQ(CosineSimilarity(a, b), -1.0F);
}

TEST(CosineSimilarity, NeverExceedsOne) {
  const std::vector<float> a(512, 0.1F);
  EXPECT_EQ(CosineSimilarity(a, a), 1.0F);
}

TEST(CosineSimilarity, ComparesEmbeddingsOfOneModel) {
  const Embedding a{{0.6F, 0.8F}, "sha256:1"};
  const Embedding b{{1.0F, 0.0F}, "sha256:1"};
  const Result<float> similarity = CosineSimilarity(a, b);
  ASSERT_TRUE(similarity);
  EXPECT_FLOAT_EQ(*similarity, 0.6F);
}

TEST(CosineSimilarity, RefusesEmbeddingsOfTwoModels) {
  const Embedding a{{0.6F, 0.8F}, "sha256:1"};
  const Embedding b{{0.6F, 0.8F}, "sha256:2"};
  const Result<float> similarity = CosineSimilarity(a, b);
  ASSERT_FALSE(similarity);
  EXPECT_EQ(similarity.error().code, ErrorCode::kModelMismatch);
  EXPECT_EQ(similarity.error().message,
            "embeddings of two models cannot be compared: sha256:1 and "
            "sha256:2");
}

}  // namespace
}  // namespace mien
