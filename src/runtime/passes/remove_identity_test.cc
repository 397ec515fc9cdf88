// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/remove_identity.h"

#include "runtime/passes/graph_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

TEST(RemoveIdentity, DropsOperatorsThatHandOnTheirInput) {
  const Graph after = Rewritten(
      RemoveIdentity,
      MakeGraph({2, 3},
                {2, 3},
                {Op("Identity", {"x"}, "a"),
                 Op("Dropout", {"a"}, "b"),
                 Op("Concat", {"b"}, "c", {{"axis", std::int64_t{0}}}),
                 Op("Transpose", {"c"}, "d", {{"perm", Ints64{0, 1}}}),
                 Op("Pad", {"d", "zeros"}, "e"),
                 Op("Reshape", {"e", "shape"}, "f"),
                 Op("Cast", {"f"}, "g", {{"to", std::int64_t{1}}}),
                 Op("Slice", {"g", "start", "end"}, "h"),
                 Op("Relu", {"h"}, "y")},
                {{"zeros", Ints({0, 0, 0, 0})},
                 {"shape", Ints({2, -1})},
                 {"start", Ints({0})},
                 {"end", Ints({9})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Relu"}));
}

TEST(RemoveIdentity, KeepsOperatorsThatDoSomething) {
  const OpList all = {"Transpose", "Pad", "Reshape", "Slice"};
  const Graph after = Rewritten(
      RemoveIdentity,
      MakeGraph({2, 3},
                {2, 6},
                {Op("Transpose", {"x"}, "a", {{"perm", Ints64{1, 0}}}),
                 Op("Pad", {"a", "pads"}, "b"),
                 Op("Reshape", {"b", "shape"}, "c"),
                 Op("Slice", {"c", "start", "end", "axes", "steps"}, "y")},
                {{"pads", Ints({0, 0, 0, 2})},
                 {"shape", Ints({2, 6})},
                 {"start", Ints({5})},
                 {"end", Ints({-7})},
                 {"axes", Ints({1})},
                 {"steps", Ints({-1})}}));
  EXPECT_EQ(OpTypes(after), all);
}

TEST(RemoveIdentity, KeepsTheLastOfSeveralReshapes) {
  const Graph after =
      Rewritten(RemoveIdentity,
                MakeGraph({2, 3, 2},
                          {4, 3},
                          {Op("Flatten", {"x"}, "a"),
                           Op("Unsqueeze", {"a"}, "b", {{"axes", Ints64{0}}}),
                           Op("Reshape", {"b", "shape"}, "y")},
                          {{"shape", Ints({4, 3})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Reshape"}));
}

TEST(RemoveIdentity, KeepsAReshapeWhoseExtentIsCopied) {
  const Graph after = Rewritten(
      RemoveIdentity,
      MakeGraph({2, 3, 2},
                {2, 3, 2},
                {Op("Flatten", {"x"}, "a"), Op("Reshape", {"a", "shape"}, "y")},
                {{"shape", Ints({0, 3, 2})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Flatten", "Reshape"}));
}

TEST(RemoveIdentity, KeepsAReshapeOfUnknownExtents) {
  const Graph before =
      MakeGraph({kDynamicDim, 3},
                {kDynamicDim, 3},
                {Op("Reshape", {"x", "shape"}, "a"), Op("Relu", {"a"}, "y")},
                {{"shape", Ints({-1, 3})}});
  const auto after = RemoveIdentity(before);
  ASSERT_TRUE(after);
  EXPECT_EQ(OpTypes(*after), (OpList{"Reshape", "Relu"}));
}

TEST(RemoveIdentity, SurvivesListsThatAreNotIntegers) {
  const Graph before =
      MakeGraph({kDynamicDim, 3},
                {kDynamicDim, 3},
                {Op("Pad", {"x", "floats"}, "a"),
                 Op("Slice", {"a", "floats", "floats", "", "floats"}, "b"),
                 Op("Reshape", {"b", "floats"}, "y")},
                {{"floats", Floats({2}, {0, 0})}});
  const auto after = RemoveIdentity(before);
  ASSERT_TRUE(after);
  EXPECT_EQ(OpTypes(*after), (OpList{"Pad", "Slice", "Reshape"}));
}

}  // namespace
}  // namespace mien
