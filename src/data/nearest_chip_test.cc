// SPDX-License-Identifier: Apache-2.0
#include "data/nearest_chip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

/// Unit vectors of dimension 3, `count` of them from `seed`.
EmbeddingFile Write(const TempDir& dir, const char* name, int count, int seed) {
  auto writer = EmbeddingFileWriter::Open(dir / name, 3, "sha256:t", 1000);
  MIEN_CHECK(writer);
  for (int i = 0; i < count; ++i) {
    const float a = static_cast<float>(seed + 7 * i);
    const float b = static_cast<float>(seed * i);
    const float row[3] = {
        std::cos(a) * std::cos(b), std::sin(a) * std::cos(b), std::sin(b)};
    MIEN_CHECK(writer->Append(row));
  }
  return EmbeddingFile::Open(dir / name).value();
}

float Dot(std::span<const float> a, std::span<const float> b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

TEST(FindNearestChips, FindsTheMostSimilarOfAll) {
  const TempDir dir;
  const EmbeddingFile probes = Write(dir, "probes", 600, 1);
  const EmbeddingFile others = Write(dir, "others", 70, 2);
  int last_done = 0;
  const auto nearest = FindNearestChips(
      probes, others, 2, [&](int done, int) { last_done = done; });
  ASSERT_TRUE(nearest) << nearest.error().message;
  ASSERT_EQ(nearest->size(), 600U);
  EXPECT_EQ(last_done, 600);
  for (std::size_t i = 0; i < 600; ++i) {
    float best = -2;
    for (std::size_t k = 0; k < 70; ++k) {
      best = std::max(best, Dot(probes.row(i), others.row(k)));
    }
    EXPECT_NEAR((*nearest)[i].cosine_similarity, best, 1e-5);
    EXPECT_NEAR(Dot(probes.row(i), others.row((*nearest)[i].chip)), best, 1e-5);
  }
}

}  // namespace
}  // namespace mien
