// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/recognize_activation.h"

#include "runtime/passes/graph_case.h"

namespace mien {
namespace {

Graph Elementwise(std::vector<Node> nodes) {
  return MakeGraph({1, 2, 3},
                   {1, 2, 3},
                   std::move(nodes),
                   {{"0", Floats({}, {0})},
                    {"1", Floats({}, {1})},
                    {"3", Floats({1}, {3})},
                    {"6", Floats({}, {6})},
                    {"sixth", Floats({}, {1.0F / 6.0F})}});
}

Node Clip6(const std::string& x, const std::string& y) {
  return Op("Clip", {x}, y, {{"min", 0.0F}, {"max", 6.0F}});
}

TEST(RecognizeActivation, MakesOneClipOfMinAndMax) {
  const Graph after = Rewritten(
      RecognizeActivation,
      Elementwise({Op("Max", {"x", "0"}, "a"), Op("Min", {"1", "a"}, "y")}));
  ASSERT_EQ(OpTypes(after), (OpList{"Clip"}));
  EXPECT_EQ(after.nodes[0].Float("min", -1), 0.0F);
  EXPECT_EQ(after.nodes[0].Float("max", -1), 1.0F);
}

TEST(RecognizeActivation, LetsTheLaterLimitWin) {
  const Graph after = Rewritten(
      RecognizeActivation,
      Elementwise({Op("Min", {"x", "0"}, "a"), Op("Max", {"a", "1"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Clip"}));
}

TEST(RecognizeActivation, FindsHardSigmoid) {
  for (const Node& sixth :
       {Op("Div", {"b", "6"}, "y"), Op("Mul", {"sixth", "b"}, "y")}) {
    const Graph after = Rewritten(
        RecognizeActivation,
        Elementwise({Op("Add", {"x", "3"}, "a"), Clip6("a", "b"), sixth}));
    EXPECT_EQ(OpTypes(after), (OpList{"HardSigmoid"}));
  }
}

TEST(RecognizeActivation, FindsHardSwishBeforeAndAfterTheDivision) {
  const Node add = Op("Add", {"3", "x"}, "a");
  const Graph divided_last =
      Rewritten(RecognizeActivation,
                Elementwise({add,
                             Clip6("a", "b"),
                             Op("Mul", {"x", "b"}, "c"),
                             Op("Div", {"c", "6"}, "y")}));
  EXPECT_EQ(OpTypes(divided_last), (OpList{"HardSwish"}));
  const Graph divided_first =
      Rewritten(RecognizeActivation,
                Elementwise({add,
                             Clip6("a", "b"),
                             Op("Div", {"b", "6"}, "c"),
                             Op("Mul", {"c", "x"}, "y")}));
  EXPECT_EQ(OpTypes(divided_first), (OpList{"HardSwish"}));
}

TEST(RecognizeActivation, LeavesOtherNumbersAlone) {
  const Graph after = Rewritten(RecognizeActivation,
                                Elementwise({Op("Add", {"x", "1"}, "a"),
                                             Clip6("a", "b"),
                                             Op("Div", {"b", "6"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Add", "Clip", "Div"}));
}

TEST(RecognizeActivation, LeavesAGateOfAnotherValue) {
  const Graph after =
      Rewritten(RecognizeActivation,
                Elementwise({Op("Neg", {"x"}, "n"),
                             Op("HardSigmoid",
                                {"n"},
                                "b",
                                {{"alpha", 1.0F / 6.0F}, {"beta", 0.5F}}),
                             Op("Mul", {"x", "b"}, "y")}));
  EXPECT_EQ(OpTypes(after), (OpList{"Neg", "HardSigmoid", "Mul"}));
}

}  // namespace
}  // namespace mien
