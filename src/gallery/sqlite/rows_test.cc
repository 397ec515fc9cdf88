// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mien::sqlite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CheckName, TakesUpTo256BytesOfUtf8) {
  EXPECT_TRUE(CheckName("subject", std::string(256, 'x')));
  EXPECT_TRUE(CheckName("subject", "\xC3\x85sa"));
  EXPECT_THAT(CheckName("subject", std::string(257, 'x')).error().message,
              HasSubstr("subject name has 257 bytes; at most 256"));
  EXPECT_THAT(CheckName("subject", "\xC3").error().message,
              HasSubstr("not UTF-8"));
  EXPECT_THAT(CheckName("subject", std::string_view("a\0b", 3)).error().message,
              HasSubstr("not UTF-8"));
}

TEST(CheckEmbedding, WantsAModelAndLengthOne) {
  EXPECT_TRUE(CheckEmbedding({{0.6F, 0.8F}, "m"}));
  EXPECT_THAT(CheckEmbedding({{0.6F, 0.8F}, ""}).error().message,
              HasSubstr("no model id"));
  EXPECT_THAT(CheckEmbedding({{0.6F, 0.9F}, "m"}).error().message,
              HasSubstr("must be 1"));
}

TEST(BlobOf, IsLittleEndianFloat32) {
  const std::vector<float> values = {1.0F, -2.0F};
  EXPECT_THAT(BlobOf(values),
              ElementsAre(std::byte{0},
                          std::byte{0},
                          std::byte{0x80},
                          std::byte{0x3F},
                          std::byte{0},
                          std::byte{0},
                          std::byte{0},
                          std::byte{0xC0}));
}

TEST(NoSuchSubject, NamesTheId) {
  EXPECT_EQ(NoSuchSubject(42).code, ErrorCode::kNotFound);
  EXPECT_THAT(NoSuchSubject(42).message, HasSubstr("42"));
}

}  // namespace
}  // namespace mien::sqlite
