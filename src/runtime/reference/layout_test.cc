// SPDX-License-Identifier: Apache-2.0
//
// Expected values: worked by hand; block operators from PyTorch 1.13.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

TEST(Transpose, PermutesAxes) {
  ExpectFloats(Output({.op_type = "Transpose",
                       .inputs = {Counted({1, 2, 3})},
                       .attributes = {{"perm", Ints64{2, 0, 1}}}}),
               {3, 1, 2},
               {0, 3, 1, 4, 2, 5});
}

TEST(Transpose, ReversesByDefault) {
  ExpectFloats(Output({.op_type = "Transpose", .inputs = {Counted({2, 3})}}),
               {3, 2},
               {0, 3, 1, 4, 2, 5});
}

TEST(Transpose, RefusesWhatIsNoPermutation) {
  EXPECT_EQ(FailureOf({.op_type = "Transpose",
                       .inputs = {Counted({2, 3})},
                       .attributes = {{"perm", Ints64{1, 1}}}}),
            "node (Transpose, opset 13): axis 1 is named twice");
}

Shape ReshapedTo(const Tensor& x,
                 const Tensor& shape,
                 std::int64_t allow_zero = 0) {
  return Output({.op_type = "Reshape",
                 .inputs = {x, shape},
                 .attributes = {{"allowzero", allow_zero}}})
      .shape();
}

TEST(Reshape, CopiesZerosAndInfersOneExtent) {
  EXPECT_EQ(ReshapedTo(Counted({2, 3, 4}), Ints({0, -1})), (Shape{2, 12}));
  EXPECT_EQ(ReshapedTo(Counted({2, 3}), Ints({3, 2})), (Shape{3, 2}));
  EXPECT_EQ(ReshapedTo(Counted({0, 3}), Ints({3, 0}), 1), (Shape{3, 0}));
}

TEST(Reshape, NamesBothShapes) {
  EXPECT_EQ(FailureOf({.op_type = "Reshape",
                       .inputs = {Counted({2, 3}), Ints({4, -1})}}),
            "node (Reshape, opset 13): shape [2, 3] does not become [4, 1]");
}

TEST(Flatten, JoinsAxesOnBothSides) {
  const auto flattened = [](std::int64_t axis) {
    return Output({.op_type = "Flatten",
                   .inputs = {Counted({2, 3, 4})},
                   .attributes = {{"axis", axis}}})
        .shape();
  };
  EXPECT_EQ(flattened(1), (Shape{2, 12}));
  EXPECT_EQ(flattened(0), (Shape{1, 24}));
  EXPECT_EQ(flattened(-1), (Shape{6, 4}));
  EXPECT_EQ(flattened(3), (Shape{24, 1}));
}

TEST(Squeeze, DropsNamedAxesOrAllOfExtentOne) {
  const auto squeezed = [](std::map<std::string, Attribute> attributes) {
    return Output({.op_type = "Squeeze",
                   .inputs = {Counted({1, 2, 1, 3})},
                   .attributes = std::move(attributes)})
        .shape();
  };
  EXPECT_EQ(squeezed({}), (Shape{2, 3}));
  EXPECT_EQ(squeezed({{"axes", Ints64{-2}}}), (Shape{1, 2, 3}));
}

TEST(Squeeze, RefusesAnAxisThatIsNotOne) {
  EXPECT_EQ(FailureOf({.op_type = "Squeeze",
                       .inputs = {Counted({2, 1})},
                       .attributes = {{"axes", Ints64{0}}}}),
            "node (Squeeze, opset 13): axis 0 of [2, 1] is not 1");
}

TEST(Unsqueeze, PutsAxesWhereTheResultHasThem) {
  EXPECT_EQ(Output({.op_type = "Unsqueeze",
                    .inputs = {Counted({2, 3})},
                    .attributes = {{"axes", Ints64{0, -1}}}})
                .shape(),
            (Shape{1, 2, 3, 1}));
}

TEST(DepthToSpace, ReadsChannelsInEitherOrder) {
  NodeCase node = {.op_type = "DepthToSpace",
                   .inputs = {Counted({1, 4, 1, 2})},
                   .attributes = {{"blocksize", std::int64_t{2}},
                                  {"mode", std::string("CRD")}}};
  ExpectFloats(Output(node), {1, 1, 2, 4}, {0, 2, 1, 3, 4, 6, 5, 7});
  node.inputs = {Counted({1, 8, 1, 1})};
  ExpectFloats(Output(node), {1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
  node.attributes["mode"] = std::string("DCR");
  ExpectFloats(Output(node), {1, 2, 2, 2}, {0, 2, 4, 6, 1, 3, 5, 7});
}

TEST(SpaceToDepth, MakesChannelsOfBlocks) {
  ExpectFloats(Output({.op_type = "SpaceToDepth",
                       .inputs = {Counted({1, 1, 2, 4})},
                       .attributes = {{"blocksize", std::int64_t{2}}}}),
               {1, 4, 1, 2},
               {0, 2, 1, 3, 4, 6, 5, 7});
}

TEST(Identity, HandsOnItsInput) {
  ExpectFloats(
      Output({.op_type = "Identity", .inputs = {Counted({2})}}), {2}, {0, 1});
  ExpectFloats(
      Output({.op_type = "Dropout", .inputs = {Counted({2})}}), {2}, {0, 1});
}

}  // namespace
}  // namespace mien
