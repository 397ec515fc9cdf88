// SPDX-License-Identifier: Apache-2.0
#include "graph/text.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(IsPrintable, TellsTextFromBytes) {
  EXPECT_TRUE(IsPrintable("/conv1/Conv_output_0"));
  EXPECT_TRUE(IsPrintable("h\xC3\xBChner \xE2\x82\xAC \xF0\x9F\x98\x80"));
  EXPECT_FALSE(IsPrintable("a\nb"));
  EXPECT_FALSE(IsPrintable("\xFF"));
  EXPECT_FALSE(IsPrintable("\xC3"));          // cut short
  EXPECT_FALSE(IsPrintable("\xC0\x80"));      // overlong
  EXPECT_FALSE(IsPrintable("\xE0\x80\x80"));  // overlong
  EXPECT_FALSE(IsPrintable("\xED\xA0\x80"));  // surrogate
}

}  // namespace
}  // namespace mien
