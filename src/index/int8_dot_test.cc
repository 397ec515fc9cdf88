// SPDX-License-Identifier: Apache-2.0
#include "index/int8_dot.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace mien {
namespace {

TEST(Int8Dot, AddsUpTheProducts) {
  for (const NamedInt8Dot& dot : UsableInt8Dots()) {
    std::vector<std::int8_t> a(64);
    std::vector<std::int8_t> b(64);
    a[0] = 3;
    b[0] = -5;
    a[63] = -127;
    b[63] = -127;
    b[10] = 100;
    EXPECT_EQ(dot.run(a.data(), b.data(), 64), -15 + 127 * 127) << dot.name;
  }
}

TEST(Int8Dot, HoldsTheLargestSums) {
  constexpr std::size_t kSize = 65536;
  const std::vector<std::int8_t> a(kSize, 127);
  const std::vector<std::int8_t> b(kSize, -127);
  for (const NamedInt8Dot& dot : UsableInt8Dots()) {
    EXPECT_EQ(dot.run(a.data(), b.data(), kSize), -1057030144) << dot.name;
    EXPECT_EQ(dot.run(b.data(), b.data(), kSize), 1057030144) << dot.name;
  }
}

TEST(Int8Dot, AllImplementationsAgreeOnRandomRows) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(-127, 127);
  for (std::size_t size = 64; size <= 1024; size += 64) {
    std::vector<std::int8_t> a(size);
    std::vector<std::int8_t> b(size);
    int expected = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const int x = value(random);
      const int y = value(random);
      a[i] = static_cast<std::int8_t>(x);
      b[i] = static_cast<std::int8_t>(y);
      expected += x * y;
    }
    for (const NamedInt8Dot& dot : UsableInt8Dots()) {
      EXPECT_EQ(dot.run(a.data(), b.data(), size), expected) << dot.name;
    }
  }
}

TEST(Int8Dot, ThePlainOneIsAlwaysThere) {
  EXPECT_EQ(UsableInt8Dots().back().name, "plain");
}

}  // namespace
}  // namespace mien
