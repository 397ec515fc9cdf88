// SPDX-License-Identifier: Apache-2.0
//
// LowerGemm and RecognizeGlobalAveragePool.
#include "runtime/passes/global_average_pool.h"
#include "runtime/passes/graph_case.h"
#include "runtime/passes/lower_gemm.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

TEST(LowerGemm, TakesScalesAndTransposesIntoTheWeights) {
  for (const std::int64_t is_transposed : {0, 1}) {
    const Shape weights = is_transposed != 0 ? Shape{4, 3} : Shape{3, 4};
    const Graph after = Rewritten(
        LowerGemm,
        MakeGraph(
            {2, 3},
            {2, 4},
            {Op("Gemm",
                {"x", "w", "b"},
                "y",
                {{"transB", is_transposed}, {"alpha", 0.5F}, {"beta", 3.0F}})},
            {{"w", Wavy(weights)}, {"b", Wavy({1, 4}, 1)}}));
    ASSERT_EQ(OpTypes(after), (OpList{"FusedGemm"}));
    EXPECT_EQ(after.initializers.at(after.nodes[0].Input(1)).shape(),
              (Shape{4, 3}));
    EXPECT_EQ(after.initializers.at(after.nodes[0].Input(2)).shape(),
              (Shape{4}));
  }
}

TEST(LowerGemm, TakesAMatMulOfAMatrix) {
  const Graph after = Rewritten(LowerGemm,
                                MakeGraph({2, 3},
                                          {2, 4},
                                          {Op("MatMul", {"x", "w"}, "y")},
                                          {{"w", Wavy({3, 4})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"FusedGemm"}));
}

TEST(LowerGemm, LeavesAMatMulOfAStack) {
  const Graph after = Rewritten(LowerGemm,
                                MakeGraph({2, 2, 3},
                                          {2, 2, 4},
                                          {Op("MatMul", {"x", "w"}, "y")},
                                          {{"w", Wavy({3, 4})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"MatMul"}));
}

TEST(LowerGemm, LeavesAnAddendThatIsNoBias) {
  const Graph after =
      Rewritten(LowerGemm,
                MakeGraph({2, 3},
                          {2, 4},
                          {Op("Gemm", {"x", "w", "c"}, "y")},
                          {{"w", Wavy({3, 4})}, {"c", Wavy({2, 1})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Gemm"}));
}

TEST(LowerGemm, ReordersTheWeightsBehindATranspose) {
  // As facenet-pytorch's R-Net: [N, C, H, W] to [N, W, H, C] to rows.
  const Graph after = Rewritten(
      LowerGemm,
      MakeGraph({2, 3, 2, 4},
                {2, 5},
                {Op("Transpose", {"x"}, "a", {{"perm", Ints64{0, 3, 2, 1}}}),
                 Op("Reshape", {"a", "shape"}, "b"),
                 Op("Gemm", {"b", "w"}, "y", {{"transB", std::int64_t{1}}})},
                {{"shape", Ints({2, -1})}, {"w", Wavy({5, 24})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Reshape", "FusedGemm"}));
}

TEST(LowerGemm, LeavesATransposeOfAnEmptyBatch) {
  const Graph before = MakeGraph(
      {0, 3, 2, 4},
      {0, 5},
      {Op("Transpose", {"x"}, "a", {{"perm", Ints64{0, 3, 2, 1}}}),
       Op("Reshape", {"a", "shape"}, "b", {{"allowzero", std::int64_t{1}}}),
       Op("Gemm", {"b", "w"}, "y", {{"transB", std::int64_t{1}}})},
      {{"shape", Ints({0, 7})}, {"w", Wavy({5, 7})}});
  const Graph after = Rewritten(LowerGemm, before);
  EXPECT_EQ(OpTypes(after), (OpList{"Transpose", "Reshape", "FusedGemm"}));
}

TEST(GlobalAveragePool, ReplacesAMeanOverPlanes) {
  const Graph before =
      MakeGraph({2, 3, 2, 4},
                {2, 3, 1, 1},
                {Op("ReduceMean",
                    {"x"},
                    "y",
                    {{"axes", Ints64{-1, 2}}, {"keepdims", std::int64_t{1}}})});
  EXPECT_EQ(OpTypes(Rewritten(RecognizeGlobalAveragePool, before)),
            (OpList{"GlobalAveragePool"}));
}

TEST(GlobalAveragePool, ReshapesWhereTheAxesGo) {
  const Graph before =
      MakeGraph({2, 3, 2, 4},
                {2, 3},
                {Op("ReduceMean",
                    {"x"},
                    "y",
                    {{"axes", Ints64{2, 3}}, {"keepdims", std::int64_t{0}}})});
  EXPECT_EQ(OpTypes(Rewritten(RecognizeGlobalAveragePool, before)),
            (OpList{"GlobalAveragePool", "Reshape"}));
}

TEST(GlobalAveragePool, ReplacesAPoolOfOneWindow) {
  const auto pool_by = [](std::int64_t height) {
    return MakeGraph(
        {2, 3, 2, 4},
        {2, 3, 3 - height, 1},
        {Op("AveragePool", {"x"}, "y", {{"kernel_shape", Ints64{height, 4}}})});
  };
  EXPECT_EQ(OpTypes(Rewritten(RecognizeGlobalAveragePool, pool_by(2))),
            (OpList{"GlobalAveragePool"}));
  EXPECT_EQ(OpTypes(Rewritten(RecognizeGlobalAveragePool, pool_by(1))),
            (OpList{"AveragePool"}));
}

TEST(GlobalAveragePool, LeavesAMeanOverOtherAxes) {
  const Graph before =
      MakeGraph({2, 3, 2, 4},
                {2, 1, 1, 4},
                {Op("ReduceMean",
                    {"x"},
                    "y",
                    {{"axes", Ints64{1, 2}}, {"keepdims", std::int64_t{1}}})});
  EXPECT_EQ(OpTypes(Rewritten(RecognizeGlobalAveragePool, before)),
            (OpList{"ReduceMean"}));
}

}  // namespace
}  // namespace mien
