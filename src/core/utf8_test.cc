// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(IsUtf8, AcceptsEveryLength) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("Ada"));
  EXPECT_TRUE(IsUtf8("Gödel"));
  EXPECT_TRUE(IsUtf8("\xE6\x9D\x8E\xF0\x9F\x98\x80"));
  EXPECT_TRUE(IsUtf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF
}

TEST(IsUtf8, RefusesWhatIsMalformed) {
  EXPECT_FALSE(IsUtf8("\x80"));              // continuation alone
  EXPECT_FALSE(IsUtf8("\xC3"));              // cut off
  EXPECT_FALSE(IsUtf8("\xC0\xAF"));          // overlong /
  EXPECT_FALSE(IsUtf8("\xE0\x9F\xBF"));      // overlong
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(
      IsUtf8("\xE6\x9D"
             "a"));
}

}  // namespace
}  // namespace mien
