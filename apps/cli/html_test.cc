// SPDX-License-Identifier: Apache-2.0
#include "html.h"

#include <gtest/gtest.h>

namespace mien::cli {
namespace {

std::string Base64Of(std::string_view text) {
  return Base64(std::as_bytes(std::span(text)));
}

TEST(UrlOfPath, EncodesWhatUrlsMayNotHold) {
  EXPECT_EQ(UrlOfPath("../my photos/a#1?.jpg"), "../my%20photos/a%231%3F.jpg");
  EXPECT_EQ(UrlOfPath("\xC3\xA9.jpg"), "%C3%A9.jpg");
  // A scheme cannot come about.
  EXPECT_EQ(UrlOfPath("javascript:alert(1)"), "javascript%3Aalert%281%29");
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  EXPECT_EQ(Base64Of(""), "");
  EXPECT_EQ(Base64Of("f"), "Zg==");
  EXPECT_EQ(Base64Of("fo"), "Zm8=");
  EXPECT_EQ(Base64Of("foo"), "Zm9v");
  EXPECT_EQ(Base64Of("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64Of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(Base64Of("foobar"), "Zm9vYmFy");
}

TEST(Base64, UsesTheWholeAlphabet) {
  EXPECT_EQ(Base64Of("\xFB\xEF\xFF"), "++//");
}

}  // namespace
}  // namespace mien::cli
