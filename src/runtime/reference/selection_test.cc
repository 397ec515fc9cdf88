// SPDX-License-Identifier: Apache-2.0
//
// Expected values: worked by hand.
#include <limits>

#include "runtime/reference/node_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

TEST(Concat, JoinsAlongAnAxis) {
  const Tensor a = Counted({2, 1});
  const Tensor b = Floats({2, 2}, {5, 6, 7, 8});
  ExpectFloats(Output({.op_type = "Concat",
                       .inputs = {a, b},
                       .attributes = {{"axis", std::int64_t{-1}}}}),
               {2, 3},
               {0, 5, 6, 1, 7, 8});
}

TEST(Concat, NamesShapesThatDoNotJoin) {
  EXPECT_EQ(FailureOf({.op_type = "Concat",
                       .inputs = {Counted({2, 1}), Counted({3, 1})},
                       .attributes = {{"axis", std::int64_t{1}}}}),
            "node (Concat, opset 13): shapes [2, 1] and [3, 1] do not join "
            "along axis 1");
}

TEST(Split, TakesLengthsOrEqualParts) {
  NodeCase split = {.op_type = "Split",
                    .inputs = {Counted({5})},
                    .attributes = {{"split", Ints64{4, 1}}},
                    .num_outputs = 2};
  auto parts = Evaluate(split);
  ASSERT_TRUE(parts) << parts.error().message;
  ExpectFloats((*parts)[0], {4}, {0, 1, 2, 3});
  ExpectFloats((*parts)[1], {1}, {4});
  split.attributes.clear();
  parts = Evaluate(split);
  ASSERT_TRUE(parts) << parts.error().message;
  ExpectFloats((*parts)[0], {3}, {0, 1, 2});
  ExpectFloats((*parts)[1], {2}, {3, 4});
}

TEST(Split, RefusesPartsThatDoNotFill) {
  EXPECT_EQ(FailureOf({.op_type = "Split",
                       .inputs = {Counted({5})},
                       .attributes = {{"split", Ints64{2, 2}}},
                       .num_outputs = 2}),
            "node (Split, opset 13): parts do not fill axis 0 of [5]");
}

NodeCase SliceOf(const Tensor& x,
                 std::initializer_list<std::int64_t> starts,
                 std::initializer_list<std::int64_t> ends,
                 std::initializer_list<std::int64_t> axes,
                 std::initializer_list<std::int64_t> steps) {
  return {.op_type = "Slice",
          .inputs = {x, Ints(starts), Ints(ends), Ints(axes), Ints(steps)}};
}

TEST(Slice, CountsAsPythonDoes) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  const Tensor x = Counted({2, 4});
  ExpectFloats(Output(SliceOf(x, {1}, {kEnd}, {1}, {2})), {2, 2}, {1, 3, 5, 7});
  ExpectFloats(
      Output(SliceOf(x, {-1}, {-kEnd}, {1}, {-3})), {2, 2}, {3, 0, 7, 4});
  ExpectFloats(
      Output(SliceOf(x, {0, -2}, {1, -1}, {0, 1}, {1, 1})), {1, 1}, {2});
  ExpectFloats(Output(SliceOf(x, {3}, {1}, {1}, {1})), {2, 0}, {});
  ExpectFloats(Output(SliceOf(x, {0}, {kEnd}, {1}, {kEnd})), {2, 1}, {0, 4});
}

TEST(Slice, RefusesAStepOfZero) {
  EXPECT_EQ(FailureOf(SliceOf(Counted({4}), {0}, {1}, {0}, {0})),
            "node (Slice, opset 13): step is 0");
}

TEST(Gather, PutsTheShapeOfTheIndicesInPlaceOfTheAxis) {
  const Tensor indices = Tensor::Int64({1, 2}, Ints64{-1, 0});
  ExpectFloats(Output({.op_type = "Gather",
                       .inputs = {Counted({2, 3}), indices},
                       .attributes = {{"axis", std::int64_t{1}}}}),
               {2, 1, 2},
               {2, 0, 5, 3});
  ExpectFloats(
      Output({.op_type = "Gather", .inputs = {Counted({3}), IntScalar(1)}}),
      {},
      {1});
}

TEST(Gather, NamesAnIndexOutOfRange) {
  EXPECT_EQ(
      FailureOf({.op_type = "Gather", .inputs = {Counted({3}), Ints({3})}}),
      "node (Gather, opset 13): index 3 on axis 0 of [3]");
}

TEST(Expand, StretchesToAndWithAShape) {
  ExpectFloats(Output({.op_type = "Expand",
                       .inputs = {Counted({2, 1}), Ints({3, 1, 2})}}),
               {3, 2, 2},
               {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1});
}

TEST(Tile, RepeatsAlongEachAxis) {
  ExpectFloats(
      Output({.op_type = "Tile", .inputs = {Counted({2, 2}), Ints({2, 2})}}),
      {4, 4},
      {0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3});
}

NodeCase PadOf(const std::string& mode,
               std::initializer_list<std::int64_t> pads) {
  return {.op_type = "Pad",
          .inputs = {Counted({3}), Ints(pads)},
          .attributes = {{"mode", mode}}};
}

TEST(Pad, FillsMirrorsAndExtends) {
  NodeCase constant = PadOf("constant", {1, 2});
  ExpectFloats(Output(constant), {6}, {0, 0, 1, 2, 0, 0});
  constant.inputs.emplace_back(Floats({}, {9}));
  ExpectFloats(Output(constant), {6}, {9, 0, 1, 2, 9, 9});
  ExpectFloats(Output(PadOf("reflect", {2, 1})), {6}, {2, 1, 0, 1, 2, 1});
  ExpectFloats(Output(PadOf("edge", {2, 1})), {6}, {0, 0, 0, 1, 2, 2});
}

TEST(Pad, CropsWhereItIsNegative) {
  ExpectFloats(Output(PadOf("constant", {-1, 1})), {3}, {1, 2, 0});
}

TEST(Pad, NamesTheAxesItAppliesTo) {
  ExpectFloats(
      Output({.op_type = "Pad",
              .inputs =
                  {Counted({1, 2}), Ints({1, 0}), std::nullopt, Ints({-1})}}),
      {1, 3},
      {0, 0, 1});
}

TEST(Pad, RefusesMoreThanFits) {
  EXPECT_EQ(FailureOf(PadOf("constant", {std::int64_t{1} << 60, 0})),
            "node (Pad, opset 13): pads 1152921504606846976 and 0 on an "
            "extent of 3");
}

}  // namespace
}  // namespace mien
