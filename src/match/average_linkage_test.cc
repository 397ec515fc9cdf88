// SPDX-License-Identifier: Apache-2.0
#include "match/average_linkage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "match/random_faces.h"

namespace mien {
namespace {

using testing::ElementsAre;

using Groups = std::vector<std::vector<int>>;

/// Rising members, groups by their first.
Groups Sorted(Groups groups) {
  for (auto& group : groups) {
    std::ranges::sort(group);
  }
  std::ranges::sort(groups);
  return groups;
}

std::vector<int> AllOf(const FaceSet& faces) {
  std::vector<int> all(faces.picture_of_face.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Faces in the plane, at angles in degrees, each in a picture of its own.
struct PlaneFaces {
  explicit PlaneFaces(const std::vector<double>& angles) {
    for (const double angle : angles) {
      embeddings.push_back(static_cast<float>(std::cos(angle * M_PI / 180.0)));
      embeddings.push_back(static_cast<float>(std::sin(angle * M_PI / 180.0)));
      pictures.push_back(static_cast<int>(pictures.size()));
    }
  }

  [[nodiscard]] Groups At(float threshold) const {
    const FaceSet faces{embeddings, 2, pictures};
    return Sorted(AverageLinkage(faces, AllOf(faces), threshold));
  }

  std::vector<float> embeddings;
  std::vector<int> pictures;
};

TEST(AverageLinkage, JoinsWhatIsAlikeAndLeavesTheRest) {
  EXPECT_THAT(
      PlaneFaces({0, 10, 90, 100, 200}).At(0.9F),
      ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4)));
}

TEST(AverageLinkage, AsksForTheMeanNotTheBestPair) {
  // 0 and 10 join. 40 is cos 30 = 0.87 from 10, on average 0.82 from both.
  EXPECT_THAT(PlaneFaces({0, 10, 40}).At(0.83F),
              ElementsAre(ElementsAre(0, 1), ElementsAre(2)));
  EXPECT_THAT(PlaneFaces({0, 10, 40}).At(0.81F),
              ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(AverageLinkage, TakesAPairThatIsExactlyAtTheThreshold) {
  EXPECT_THAT(PlaneFaces({0, 0}).At(1.0F), ElementsAre(ElementsAre(0, 1)));
}

TEST(AverageLinkage, NeverJoinsFacesOfOnePicture) {
  PlaneFaces faces({0, 1, 2});
  faces.pictures = {0, 0, 1};
  // 1 and 2 are as near as 0 and 1, which must stay apart.
  EXPECT_THAT(faces.At(0.5F), ElementsAre(ElementsAre(0), ElementsAre(1, 2)));
}

TEST(AverageLinkage, GroupsOnlyTheMembersAskedFor) {
  const PlaneFaces plane({0, 1, 2});
  const FaceSet faces{plane.embeddings, 2, plane.pictures};
  EXPECT_THAT(Sorted(AverageLinkage(faces, std::vector<int>{2, 0}, 0.9F)),
              ElementsAre(ElementsAre(0, 2)));
}

double MeanSimilarity(const FaceSet& faces,
                      const std::vector<int>& a,
                      const std::vector<int>& b) {
  const auto d = static_cast<std::size_t>(faces.dimension);
  double sum = 0.0;
  for (const int i : a) {
    for (const int j : b) {
      for (std::size_t k = 0; k < d; ++k) {
        sum += static_cast<double>(
                   faces.embeddings[static_cast<std::size_t>(i) * d + k]) *
               faces.embeddings[static_cast<std::size_t>(j) * d + k];
      }
    }
  }
  return sum / static_cast<double>(a.size() * b.size());
}

bool ShareAPicture(const FaceSet& faces,
                   const std::vector<int>& a,
                   const std::vector<int>& b) {
  return std::ranges::any_of(a, [&](int i) {
    return std::ranges::any_of(b, [&](int j) {
      return faces.picture_of_face[static_cast<std::size_t>(i)] ==
             faces.picture_of_face[static_cast<std::size_t>(j)];
    });
  });
}

/// The definition: merge the best pair of groups until there is none.
Groups ByDefinition(const FaceSet& faces, double threshold) {
  Groups groups;
  for (const int face : AllOf(faces)) {
    groups.push_back({face});
  }
  while (true) {
    double best = threshold;
    std::optional<std::pair<std::size_t, std::size_t>> pair;
    for (std::size_t a = 0; a < groups.size(); ++a) {
      for (std::size_t b = a + 1; b < groups.size(); ++b) {
        const double similarity = MeanSimilarity(faces, groups[a], groups[b]);
        if (similarity >= best && !ShareAPicture(faces, groups[a], groups[b])) {
          best = similarity;
          pair = {a, b};
        }
      }
    }
    if (!pair) {
      return Sorted(groups);
    }
    auto& into = groups[pair->first];
    const auto from = groups.begin() + static_cast<long>(pair->second);
    into.insert(into.end(), from->begin(), from->end());
    groups.erase(from);
  }
}

TEST(AverageLinkage, EqualsMergingTheBestPairEachTime) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const RandomFaces random(40, 9, 1 + static_cast<int>(seed % 4), 0.9F, seed);
    const FaceSet faces = random.Set();
    for (const float threshold : {0.1F, 0.3F, 0.5F}) {
      EXPECT_EQ(Sorted(AverageLinkage(faces, AllOf(faces), threshold)),
                ByDefinition(faces, static_cast<double>(threshold)))
          << "seed " << seed << ", threshold " << threshold;
    }
  }
}

}  // namespace
}  // namespace mien
