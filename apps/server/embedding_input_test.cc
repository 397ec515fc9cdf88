// SPDX-License-Identifier: Apache-2.0
#include "embedding_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::server {
namespace {

ModelContract Contract() {
  ModelContract contract;
  contract.id = "sha256:01";
  contract.embedding_size = 2;
  return contract;
}

TEST(EmbeddingOf, BringsNumbersToLengthOne) {
  const auto embedding = EmbeddingOf(Json{3, -4}, Contract());
  ASSERT_TRUE(embedding) << embedding.error().message;
  EXPECT_THAT(embedding->values, testing::ElementsAre(0.6F, -0.8F));
  EXPECT_EQ(embedding->model_id, "sha256:01");
}

TEST(EmbeddingOf, RefusesWhatIsNone) {
  for (const Json& json : {Json{1, 2, 3},
                           Json{1},
                           Json{0, 0},
                           Json{1, "2"},
                           Json("12"),
                           Json(nullptr),
                           Json::array()}) {
    EXPECT_EQ(EmbeddingOf(json, Contract()).error().message,
              "an embedding must be 2 numbers, not all 0")
        << json;
  }
}

}  // namespace
}  // namespace mien::server
