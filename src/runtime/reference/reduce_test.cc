// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13 unless a comment says otherwise.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

const Tensor& Signed() {
  static const Tensor x = Floats({2, 3}, {-2, -1, 0, 1, 2, 3});
  return x;
}

TEST(Reduce, CombinesRows) {
  const std::map<std::string, std::vector<float>> expected = {
      {"ReduceL2", {2.236068F, 3.741657F}},
      {"ReduceL1", {3, 6}},  // by hand, from here on
      {"ReduceSum", {-3, 6}},
      {"ReduceMean", {-1, 2}},
      {"ReduceMax", {0, 3}},
      {"ReduceMin", {-2, 1}},
      {"ReduceProd", {0, 6}},
      {"ReduceSumSquare", {5, 14}}};
  for (const auto& [op_type, values] : expected) {
    SCOPED_TRACE(op_type);
    ExpectFloats(Output({.op_type = op_type,
                         .inputs = {Signed()},
                         .attributes = {{"axes", Ints64{-1}}}}),
                 {2, 1},
                 values);
  }
}

TEST(Reduce, DropsAxesOnRequest) {
  ExpectFloats(Output({.op_type = "ReduceMean",
                       .inputs = {Signed()},
                       .attributes = {{"axes", Ints64{0}},
                                      {"keepdims", std::int64_t{0}}}}),
               {3},
               {-0.5F, 0.5F, 1.5F});
}

TEST(Reduce, TakesAllAxesByDefault) {
  ExpectFloats(
      Output({.op_type = "ReduceSum", .inputs = {Signed()}}), {1, 1}, {3});
}

TEST(ArgMax, GivesTheFirstOrTheLastOfEqualValues) {
  NodeCase node = {.op_type = "ArgMax",
                   .inputs = {Floats({2, 3}, {1, 5, 5, 7, 0, 7})},
                   .attributes = {{"axis", std::int64_t{1}}}};
  ExpectInts(Output(node), {2, 1}, {1, 0});
  node.attributes["select_last_index"] = std::int64_t{1};
  ExpectInts(Output(node), {2, 1}, {2, 2});
  node.op_type = "ArgMin";
  node.attributes["keepdims"] = std::int64_t{0};
  ExpectInts(Output(node), {2}, {0, 1});
}

TEST(TopK, SortsValuesWithTheirPlaces) {
  const auto top =
      Evaluate({.op_type = "TopK",
                .inputs = {Floats({1, 4}, {3, 9, 3, 7}), Ints({3})},
                .num_outputs = 2});
  ASSERT_TRUE(top) << top.error().message;
  ExpectFloats((*top)[0], {1, 3}, {9, 7, 3});
  ExpectInts((*top)[1], {1, 3}, {1, 3, 0});
}

TEST(TopK, TakesTheSmallestAlongAnyAxis) {
  ExpectFloats(Output({.op_type = "TopK",
                       .inputs = {Floats({2, 2}, {3, 1, 2, 4}), Ints({1})},
                       .attributes = {{"axis", std::int64_t{0}},
                                      {"largest", std::int64_t{0}}},
                       .num_outputs = 2}),
               {1, 2},
               {2, 1});
}

TEST(TopK, RefusesMoreThanThereAre) {
  EXPECT_EQ(FailureOf({.op_type = "TopK",
                       .inputs = {Counted({2}), Ints({3})},
                       .num_outputs = 2}),
            "node (TopK, opset 13): k is 3; axis 0 of [2]");
}

const Tensor& Logits() {
  static const Tensor x = Floats({2, 3}, {1, 2, 3, 1000, 1000, 999});
  return x;
}

TEST(Softmax, WorksAlongItsAxisWithoutOverflow) {
  ExpectFloats(Output({.op_type = "Softmax", .inputs = {Logits()}}),
               {2, 3},
               {0.09003057F,
                0.2447285F,
                0.6652409F,
                0.4223188F,
                0.4223188F,
                0.1553624F});
  ExpectFloats(Output({.op_type = "Softmax",
                       .inputs = {Floats({2, 3}, {1, 2, 3, 1, 1, 4})},
                       .attributes = {{"axis", std::int64_t{0}}}}),
               {2, 3},
               {0.5F, 0.7310586F, 0.2689414F, 0.5F, 0.2689414F, 0.7310586F});
}

TEST(LogSoftmax, IsTheLogarithm) {
  ExpectFloats(Output({.op_type = "LogSoftmax", .inputs = {Logits()}}),
               {2, 3},
               {-2.407606F,
                -1.407606F,
                -0.4076059F,
                -0.8619948F,
                -0.8619948F,
                -1.861995F});
}

}  // namespace
}  // namespace mien
