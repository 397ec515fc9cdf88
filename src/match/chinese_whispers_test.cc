// SPDX-License-Identifier: Apache-2.0
#include "match/chinese_whispers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace mien {
namespace {

using testing::ElementsAre;

using Edges = std::vector<std::vector<WeightedEdge>>;

void Connect(Edges& edges, int a, int b, float weight) {
  edges[static_cast<std::size_t>(a)].push_back({b, weight});
  edges[static_cast<std::size_t>(b)].push_back({a, weight});
}

/// Every two of `faces`.
void ConnectAll(Edges& edges, const std::vector<int>& faces, float weight) {
  for (std::size_t i = 0; i < faces.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      Connect(edges, faces[i], faces[j], weight);
    }
  }
}

/// Labels numbered by first appearance.
std::vector<int> Renumbered(const std::vector<int>& labels) {
  std::vector<int> seen;
  std::vector<int> numbers;
  for (const int label : labels) {
    const auto found = std::ranges::find(seen, label);
    numbers.push_back(static_cast<int>(found - seen.begin()));
    if (found == seen.end()) {
      seen.push_back(label);
    }
  }
  return numbers;
}

TEST(ChineseWhispers, SeparatesTwoCliquesJoinedByAWeakEdge) {
  Edges edges(8);
  ConnectAll(edges, {0, 1, 2, 3}, 1.0F);
  ConnectAll(edges, {4, 5, 6, 7}, 1.0F);
  Connect(edges, 3, 4, 0.3F);
  EXPECT_THAT(
      Renumbered(ChineseWhispers(edges, std::vector{0, 1, 2, 3, 4, 5, 6, 7})),
      ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
}

TEST(ChineseWhispers, LeavesAFaceWithoutNeighboursAlone) {
  Edges edges(3);
  Connect(edges, 0, 2, 1.0F);
  EXPECT_THAT(Renumbered(ChineseWhispers(edges, std::vector{0, 1, 2})),
              ElementsAre(0, 1, 0));
}

TEST(ChineseWhispers, FollowsTheHeavierSide) {
  // 3 hangs between two triangles.
  Edges edges(7);
  ConnectAll(edges, {0, 1, 2}, 1.0F);
  ConnectAll(edges, {4, 5, 6}, 1.0F);
  Connect(edges, 3, 0, 0.9F);
  Connect(edges, 3, 4, 0.4F);
  EXPECT_THAT(
      Renumbered(ChineseWhispers(edges, std::vector{0, 1, 2, 3, 4, 5, 6})),
      ElementsAre(0, 0, 0, 0, 1, 1, 1));
}

TEST(ChineseWhispers, NeverGivesFacesOfOnePictureOneLabel) {
  Edges edges(6);
  ConnectAll(edges, {0, 1, 2, 3, 4, 5}, 1.0F);
  const std::vector<int> pictures = {0, 0, 1, 1, 2, 2};
  const std::vector<int> labels = ChineseWhispers(edges, pictures);
  for (std::size_t face = 0; face < 6; face += 2) {
    EXPECT_NE(labels[face], labels[face + 1]);
  }
}

TEST(ChineseWhispers, AnswersTheSameEveryTime) {
  Edges edges(30);
  for (int face = 1; face < 30; ++face) {
    Connect(edges, face, (face * 7) % face, 0.5F);
  }
  std::vector<int> pictures(30);
  std::iota(pictures.begin(), pictures.end(), 0);
  EXPECT_EQ(ChineseWhispers(edges, pictures), ChineseWhispers(edges, pictures));
}

}  // namespace
}  // namespace mien
