// SPDX-License-Identifier: Apache-2.0
#include "match/similarity_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "match/random_faces.h"

namespace mien {
namespace {

TEST(ForEachNeighborhood, FindsAllThatReachTheThresholdAndNoOther) {
  const RandomFaces random(100, 12, 1, 0.7F, 3);  // more than one search
  constexpr float kThreshold = 0.4F;
  const auto embedding = [&](std::size_t face) {
    constexpr std::size_t kDimension = RandomFaces::kDimension;
    return std::span(random.embeddings).subspan(face * kDimension, kDimension);
  };
  int expected_face = 0;
  const auto done = ForEachNeighborhood(
      random.Set(),
      kThreshold,
      1,
      [&](int face, std::span<const Neighbor> neighbors) {
        EXPECT_EQ(face, expected_face++);
        std::vector<bool> is_found(100);
        for (const Neighbor& neighbor : neighbors) {
          is_found[neighbor.id] = true;
        }
        const auto own = embedding(static_cast<std::size_t>(face));
        for (std::size_t other = 0; other < 100; ++other) {
          const auto theirs = embedding(other);
          const float similarity =
              std::inner_product(own.begin(), own.end(), theirs.begin(), 0.0F);
          if (std::abs(similarity - kThreshold) > 1e-5F) {
            EXPECT_EQ(is_found[other], similarity > kThreshold);
          }
        }
      });
  EXPECT_TRUE(done);
  EXPECT_EQ(expected_face, 100);
}

TEST(ForEachNeighborhood, RefusesAnEmbeddingOfAnotherLength) {
  const std::vector<float> embeddings = {3.0F, 4.0F};
  const auto done = ForEachNeighborhood({embeddings, 2, std::vector<int>{0}},
                                        0.5F,
                                        1,
                                        [](int, std::span<const Neighbor>) {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "vector has length 5.000000; must be 1");
}

}  // namespace
}  // namespace mien
