// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13 unless a comment says otherwise.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

TEST(Gemm, TransposesScalesAndAdds) {
  ExpectFloats(
      Output(
          {.op_type = "Gemm",
           .inputs = {Counted({3, 2}), Counted({3, 2}), Floats({2}, {1, -1})},
           .attributes = {{"transA", std::int64_t{1}},
                          {"alpha", 0.5F},
                          {"beta", 2.0F}}}),
      {2, 2},
      {12, 11, 15, 15.5F});
}

TEST(Gemm, ReadsWeightsByRows) {
  // By hand: [1, 2] x [[0, 1], [2, 3], [4, 5]]^T.
  ExpectFloats(Output({.op_type = "Gemm",
                       .inputs = {Floats({1, 2}, {1, 2}), Counted({3, 2})},
                       .attributes = {{"transB", std::int64_t{1}}}}),
               {1, 3},
               {2, 8, 14});
}

TEST(Gemm, NamesFeaturesThatDoNotFit) {
  EXPECT_EQ(FailureOf({.op_type = "Gemm",
                       .inputs = {Counted({1, 3}), Counted({2, 2})}}),
            "node (Gemm, opset 13): expects 2 features, got 3");
}

TEST(MatMul, StretchesTheOuterAxes) {
  ExpectFloats(Output({.op_type = "MatMul",
                       .inputs = {Counted({2, 1, 2, 3}), Counted({3, 2})}}),
               {2, 1, 2, 2},
               {10, 13, 28, 40, 46, 67, 64, 94});
}

TEST(MatMul, MultipliesStacksPairwise) {
  ExpectFloats(
      Output({.op_type = "MatMul",
              .inputs = {Counted({2, 2, 2}),
                         Floats({2, 2, 2}, {-3, -2, -1, 0, 1, 2, 3, 4})}}),
      {2, 2, 2},
      {-1, 0, -9, -4, 19, 28, 27, 40});
}

TEST(MatMul, TakesVectorsOnEitherSide) {
  // By hand.
  ExpectFloats(
      Output({.op_type = "MatMul", .inputs = {Counted({3}), Counted({3, 2})}}),
      {2},
      {10, 13});
  ExpectFloats(
      Output({.op_type = "MatMul", .inputs = {Counted({2, 3}), Counted({3})}}),
      {2},
      {5, 14});
  ExpectFloats(
      Output({.op_type = "MatMul", .inputs = {Counted({3}), Counted({3})}}),
      {},
      {5});
}

TEST(MatMul, RoundsOperandsToBfloat16OnRequest) {
  NodeCase product = {
      .op_type = "MatMul",
      .inputs = {Floats({1, 1}, {1.001953125F}), Floats({1, 1}, {3})}};
  product.options.rounding = ReferenceOptions::Rounding::kBfloat16;
  ExpectFloats(Output(product), {1, 1}, {3});
}

TEST(MatMul, NamesShapesThatDoNotMultiply) {
  EXPECT_EQ(
      FailureOf(
          {.op_type = "MatMul", .inputs = {Counted({2, 3}), Counted({2, 3})}}),
      "node (MatMul, opset 13): shapes [2, 3] and [2, 3] do not multiply");
}

}  // namespace
}  // namespace mien
