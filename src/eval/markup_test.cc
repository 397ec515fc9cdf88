// SPDX-License-Identifier: Apache-2.0
#include "eval/markup.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(EscapeMarkup, WritesWhatMarkupWouldReadAsEntities) {
  EXPECT_EQ(EscapeMarkup("<a b='1' c=\"2\">&"),
            "&lt;a b=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
}

TEST(EscapeMarkup, KeepsWellFormedTextOnly) {
  EXPECT_EQ(EscapeMarkup("Zoë\n"), "Zoë ");
  EXPECT_EQ(EscapeMarkup("Zo\xEB"), "Zo");
}

}  // namespace
}  // namespace mien
