// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/eliminate_transpose.h"

#include "runtime/passes/graph_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

Node ToChannelsLast(const std::string& x, const std::string& y) {
  return Op("Transpose", {x}, y, {{"perm", Ints64{0, 2, 3, 1}}});
}

Node ToChannelsFirst(const std::string& x, const std::string& y) {
  return Op("Transpose", {x}, y, {{"perm", Ints64{0, 3, 1, 2}}});
}

TEST(EliminateTranspose, CancelsAPair) {
  const Graph after = Rewritten(EliminateTranspose,
                                MakeGraph({2, 3, 4, 5},
                                          {2, 3, 4, 5},
                                          {ToChannelsLast("x", "a"),
                                           ToChannelsFirst("a", "b"),
                                           Op("Relu", {"b"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Relu"}));
}

TEST(EliminateTranspose, JoinsTwoIntoOne) {
  const Graph after = Rewritten(
      EliminateTranspose,
      MakeGraph({2, 3, 4, 5},
                {2, 5, 3, 4},
                {ToChannelsLast("x", "a"), ToChannelsLast("a", "y")}));
  ASSERT_EQ(OpTypes(after), (OpList{"Transpose"}));
  EXPECT_EQ(after.nodes[0].Ints("perm", {}), (Ints64{0, 3, 1, 2}));
}

TEST(EliminateTranspose, PassesElementwiseOperatorsAndConstants) {
  const Graph after = Rewritten(EliminateTranspose,
                                MakeGraph({2, 3, 4, 5},
                                          {2, 3, 4, 5},
                                          {ToChannelsLast("x", "a"),
                                           Op("Relu", {"a"}, "b"),
                                           Op("Mul", {"b", "channels"}, "c"),
                                           Op("Sub", {"one", "c"}, "d"),
                                           ToChannelsFirst("d", "y")},
                                          {{"channels", Floats({3}, {1, 2, 3})},
                                           {"one", Floats({}, {1})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Relu", "Mul", "Sub"}));
}

TEST(EliminateTranspose, PassesJoinsAndSoftmaxWithTheirAxes) {
  const Graph after = Rewritten(
      EliminateTranspose,
      MakeGraph({2, 3, 4, 5},
                {2, 6, 4, 5},
                {Op("Neg", {"x"}, "n"),
                 ToChannelsLast("x", "a"),
                 ToChannelsLast("n", "b"),
                 Op("Concat", {"a", "b"}, "c", {{"axis", std::int64_t{3}}}),
                 Op("Softmax", {"c"}, "d", {{"axis", std::int64_t{-1}}}),
                 ToChannelsFirst("d", "y")}));
  ASSERT_EQ(OpTypes(after), (OpList{"Neg", "Concat", "Softmax"}));
  EXPECT_EQ(after.nodes[1].Int("axis", 0), 1);
  EXPECT_EQ(after.nodes[2].Int("axis", 0), 1);
}

TEST(EliminateTranspose, AddsUpBranchesOfOneOrder) {
  const Graph after = Rewritten(EliminateTranspose,
                                MakeGraph({2, 3, 4, 5},
                                          {2, 3, 4, 5},
                                          {Op("Neg", {"x"}, "n"),
                                           ToChannelsLast("x", "a"),
                                           ToChannelsLast("n", "b"),
                                           Op("Max", {"a", "b"}, "c"),
                                           ToChannelsFirst("c", "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Neg", "Max"}));
}

TEST(EliminateTranspose, StopsWhereOrdersDiffer) {
  const Graph after = Rewritten(
      EliminateTranspose,
      MakeGraph({2, 2, 2, 2},
                {2, 2, 2, 2},
                {ToChannelsLast("x", "a"), Op("Add", {"a", "x"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Transpose", "Add"}));
}

TEST(EliminateTranspose, MakesAReshapeOfOneThatMovesNothing) {
  const Graph after = Rewritten(
      EliminateTranspose,
      MakeGraph({2, 3, 1, 1}, {2, 1, 1, 3}, {ToChannelsLast("x", "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Reshape"}));
}

}  // namespace
}  // namespace mien
