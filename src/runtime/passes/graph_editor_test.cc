// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/graph_editor.h"

#include "runtime/passes/graph_case.h"

namespace mien {
namespace {

/// x -> a -> b -> y, and c reads a twice without being of use.
Graph Chain() {
  return MakeGraph({2},
                   {2},
                   {Op("Relu", {"x"}, "a"),
                    Op("Neg", {"a"}, "b"),
                    Op("Add", {"a", "a"}, "c"),
                    Op("Abs", {"b"}, "y")},
                   {{"unused", Floats({1}, {1})}});
}

TEST(GraphEditor, KnowsMakersAndReaders) {
  const GraphEditor editor(Chain());
  EXPECT_EQ(editor.Maker("b"), 1U);
  EXPECT_EQ(editor.Maker("x"), std::nullopt);
  EXPECT_EQ(editor.Readers("a"), (std::vector<std::size_t>{1, 2, 2}));
  EXPECT_EQ(editor.OnlyReader("b"), 3U);
  EXPECT_EQ(editor.OnlyReader("a"), std::nullopt);
  EXPECT_EQ(editor.OnlyReader("y"), std::nullopt);
}

TEST(GraphEditor, DropsWhatNobodyReads) {
  const Graph graph = GraphEditor(Chain()).Finish();
  EXPECT_EQ(OpTypes(graph), (OpList{"Relu", "Neg", "Abs"}));
  EXPECT_TRUE(graph.initializers.empty());
}

TEST(GraphEditor, BypassesANodeInTheMiddle) {
  GraphEditor editor(Chain());
  EXPECT_TRUE(editor.Bypass(1, "a"));
  const Graph graph = std::move(editor).Finish();
  EXPECT_EQ(OpTypes(graph), (OpList{"Relu", "Abs"}));
  EXPECT_EQ(graph.nodes[1].inputs, (std::vector<std::string>{"a"}));
}

TEST(GraphEditor, KeepsTheNameOfAnOutput) {
  GraphEditor editor(Chain());
  EXPECT_TRUE(editor.Bypass(3, "b"));
  const Graph graph = std::move(editor).Finish();
  EXPECT_EQ(OpTypes(graph), (OpList{"Relu", "Neg"}));
  EXPECT_EQ(graph.nodes[1].outputs, (std::vector<std::string>{"y"}));
}

TEST(GraphEditor, DoesNotNameAnInputAsAnOutput) {
  GraphEditor editor(MakeGraph({2}, {2}, {Op("Identity", {"x"}, "y")}));
  EXPECT_FALSE(editor.Bypass(0, "x"));
  EXPECT_EQ(OpTypes(std::move(editor).Finish()), (OpList{"Identity"}));
}

TEST(GraphEditor, InsertsBeforeANode) {
  GraphEditor editor(Chain());
  editor.InsertBefore(3, Op("Exp", {"b"}, "d"));
  Node last = editor.node(3);
  last.inputs = {"d"};
  editor.Replace(3, last);
  const Graph graph = std::move(editor).Finish();
  EXPECT_EQ(OpTypes(graph), (OpList{"Relu", "Neg", "Exp", "Abs"}));
  EXPECT_TRUE(graph.Validate());
}

TEST(GraphEditor, MakesUpNewNames) {
  GraphEditor editor(MakeGraph(
      {2}, {2}, {Op("Relu", {"x"}, "y")}, {{"w.0", Floats({1}, {1})}}));
  EXPECT_EQ(editor.AddConstant("w", Floats({1}, {2})), "w.1");
  EXPECT_EQ(editor.NewValue("w"), "w.2");
}

}  // namespace
}  // namespace mien
