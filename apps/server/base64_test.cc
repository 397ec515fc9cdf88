// SPDX-License-Identifier: Apache-2.0
#include "base64.h"

#include <gtest/gtest.h>

namespace mien::server {
namespace {

std::string Decoded(std::string_view text) {
  const auto bytes = DecodeBase64(text);
  if (!bytes) {
    return bytes.error().message;
  }
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

// RFC 4648, section 10.
TEST(DecodeBase64, ReadsTheVectorsOfItsStandard) {
  EXPECT_EQ(Decoded(""), "");
  EXPECT_EQ(Decoded("Zg=="), "f");
  EXPECT_EQ(Decoded("Zm8="), "fo");
  EXPECT_EQ(Decoded("Zm9v"), "foo");
  EXPECT_EQ(Decoded("Zm9vYmE="), "fooba");
}

TEST(DecodeBase64, NeedsNoPadding) { EXPECT_EQ(Decoded("Zm8"), "fo"); }

TEST(DecodeBase64, ReadsBothAlphabets) {
  EXPECT_EQ(Decoded("+/-_"), Decoded("-_+/"));
}

TEST(DecodeBase64, SkipsLineBreaksAndADataPrefix) {
  EXPECT_EQ(Decoded("data:image/png;base64,Zm9v\r\nYmFy"), "foobar");
}

TEST(DecodeBase64, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(Decoded("Zm9*"), "not base64: byte 3 is 42");
}

}  // namespace
}  // namespace mien::server
