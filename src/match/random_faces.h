// SPDX-License-Identifier: Apache-2.0
//
// Made-up faces for the tests of clustering.
#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "mien/clusterer.h"

namespace mien {

/// Embeddings of people who are random directions, each face a little off.
struct RandomFaces {
  static constexpr int kDimension = 24;

  /// Face i shows person i % num_people, `spread` away; each picture holds the
  /// faces of `faces_per_picture` people.
  RandomFaces(int num_faces,
              int num_people,
              int faces_per_picture,
              float spread,
              unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> people(
        static_cast<std::size_t>(num_people * kDimension));
    for (float& value : people) {
      value = normal(random);
    }
    for (int face = 0; face < num_faces; ++face) {
      const int person = face % num_people;
      std::vector<float> values;
      float squared = 0.0F;
      for (int i = 0; i < kDimension; ++i) {
        values.push_back(
            people[static_cast<std::size_t>(person * kDimension + i)] +
            spread * normal(random));
        squared += values.back() * values.back();
      }
      for (const float value : values) {
        embeddings.push_back(value / std::sqrt(squared));
      }
      person_of_face.push_back(person);
      picture_of_face.push_back(face / faces_per_picture);
    }
  }

  [[nodiscard]] FaceSet Set() const {
    return {embeddings, kDimension, picture_of_face};
  }

  std::vector<float> embeddings;
  std::vector<int> person_of_face;
  std::vector<int> picture_of_face;
};

}  // namespace mien
