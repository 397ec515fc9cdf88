// SPDX-License-Identifier: Apache-2.0
#include "graph/slicing.h"

#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

using Ints = std::vector<std::int64_t>;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

/// The elements that [start:end:step] takes of 0, 1, ..., extent - 1.
Ints Taken(std::int64_t extent,
           std::int64_t start,
           std::int64_t end,
           std::int64_t step) {
  const auto slices =
      ResolveSlice({extent}, Ints{start}, Ints{end}, {}, Ints{step});
  Ints taken;
  for (std::int64_t i = 0; slices && i < (*slices)[0].count; ++i) {
    taken.push_back((*slices)[0].start + i * (*slices)[0].step);
  }
  return taken;
}

// Expected values by Python's range(6)[start:end:step].
TEST(ResolveSlice, TakesWhatPythonTakes) {
  EXPECT_EQ(Taken(6, 1, 3, 1), (Ints{1, 2}));
  EXPECT_EQ(Taken(6, -2, kMost, 1), (Ints{4, 5}));
  EXPECT_EQ(Taken(6, 0, -1, 2), (Ints{0, 2, 4}));
  EXPECT_EQ(Taken(6, 4, 2, 1), Ints{});
  EXPECT_EQ(Taken(6, 9, 12, 1), Ints{});
  EXPECT_EQ(Taken(6, -1, kLeast, -1), (Ints{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(Taken(6, 4, 0, -2), (Ints{4, 2}));
  EXPECT_EQ(Taken(6, 0, kMost, kMost), (Ints{0}));
  EXPECT_EQ(Taken(6, 5, kLeast, kLeast), (Ints{5}));
  EXPECT_EQ(Taken(0, 0, 5, 1), Ints{});
  EXPECT_EQ(Taken(0, -1, kLeast, -1), Ints{});
}

TEST(ResolveSlice, LeavesOtherAxesWhole) {
  const auto slices = ResolveSlice({4, 5, 6}, Ints{1}, Ints{3}, Ints{-2}, {});
  ASSERT_TRUE(slices);
  EXPECT_EQ((*slices)[0].count, 4);
  EXPECT_EQ((*slices)[1].count, 2);
  EXPECT_EQ((*slices)[2].count, 6);
}

TEST(ResolveSlice, NamesWhatIsWrong) {
  EXPECT_EQ(ResolveSlice({4}, Ints{0}, Ints{1}, Ints{1}, {}).error().message,
            "axis 1 is not in [-1, 0]");
  EXPECT_EQ(ResolveSlice({4}, Ints{0}, Ints{1}, {}, Ints{0}).error().message,
            "step is 0");
  EXPECT_EQ(ResolveSlice({4, 4}, Ints{0, 0}, Ints{1, 1}, Ints{0, -2}, {})
                .error()
                .message,
            "axis 0 stands twice");
  EXPECT_FALSE(ResolveSlice({4}, Ints{0, 0}, Ints{1, 1}, {}, {}));
  EXPECT_FALSE(ResolveSlice({4}, Ints{0}, Ints{}, {}, {}));
}

}  // namespace
}  // namespace mien
