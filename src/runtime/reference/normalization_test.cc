// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

/// 0, 1, 4, 9, ... in row-major order.
Tensor Squares(const Shape& shape) {
  std::vector<float> values = Counted(shape).ToFloats();
  for (float& value : values) {
    value *= value;
  }
  return Tensor::Float(shape, values);
}

const std::map<std::string, Attribute> kEpsilon = {{"epsilon", 1e-3F}};

TEST(BatchNormalization, UsesTheGivenStatistics) {
  ExpectFloats(Output({.op_type = "BatchNormalization",
                       .inputs = {Counted({1, 2, 1, 2}),
                                  Floats({2}, {2, 3}),
                                  Floats({2}, {-1, 1}),
                                  Floats({2}, {0.5F, 1}),
                                  Floats({2}, {4, 0.25F})},
                       .attributes = kEpsilon}),
               {1, 2, 1, 2},
               {-1.499938F, -0.5000625F, 6.988036F, 12.97607F},
               1e-5F);
}

TEST(InstanceNormalization, StandardizesEachPlane) {
  ExpectFloats(
      Output({.op_type = "InstanceNormalization",
              .inputs = {Squares({1, 2, 1, 3}),
                         Floats({2}, {2, 3}),
                         Floats({2}, {-1, 1})},
              .attributes = kEpsilon}),
      {1, 2, 1, 3},
      {-2.960822F, -1.784329F, 1.745151F, -2.511966F, 0.694612F, 4.817355F},
      1e-5F);
}

TEST(LayerNormalization, StandardizesEachRow) {
  ExpectFloats(
      Output({.op_type = "LayerNormalization",
              .inputs = {Squares({2, 3}),
                         Floats({3}, {1, 2, 3}),
                         Floats({3}, {0, 0, 1})},
              .attributes = kEpsilon}),
      {2, 3},
      {-0.9804109F, -0.7843287F, 5.117726F, -1.170655F, -0.2035923F, 4.817355F},
      1e-5F);
}

TEST(LpNormalization, GivesRowsLengthOne) {
  ExpectFloats(Output({.op_type = "LpNormalization",
                       .inputs = {Counted({2, 3})},
                       .attributes = {{"axis", std::int64_t{1}}}}),
               {2, 3},
               {0, 0.4472136F, 0.8944272F, 0.4242641F, 0.5656855F, 0.7071068F});
}

TEST(LpNormalization, SumsMagnitudesAlongTheAxis) {
  ExpectFloats(Output({.op_type = "LpNormalization",
                       .inputs = {Floats({2, 3}, {-2, -1, 0, 1, 2, 3})},
                       .attributes = {{"axis", std::int64_t{0}},
                                      {"p", std::int64_t{1}}}}),
               {2, 3},
               {-0.6666667F, -0.3333333F, 0, 0.3333333F, 0.6666667F, 1});
}

TEST(LpNormalization, KeepsARowOfZeros) {
  ExpectFloats(Output({.op_type = "LpNormalization",
                       .inputs = {Floats({1, 2}, {0, 0})}}),
               {1, 2},
               {0, 0});
}

TEST(Lrn, DividesByTheNeighbouringChannels) {
  ExpectFloats(Output({.op_type = "LRN",
                       .inputs = {Floats({1, 4, 1, 1}, {1, 2, 3, 4})},
                       .attributes = {{"size", std::int64_t{3}},
                                      {"alpha", 0.1F},
                                      {"beta", 0.5F},
                                      {"bias", 2.0F}}}),
               {1, 4, 1, 1},
               {0.6793662F, 1.273429F, 1.741754F, 2.376354F});
}

TEST(BatchNormalization, NamesChannelsThatDoNotFit) {
  const Tensor two = Floats({2}, {1, 1});
  EXPECT_EQ(FailureOf({.op_type = "BatchNormalization",
                       .inputs = {Counted({1, 3, 1, 1}), two, two, two, two}}),
            "node (BatchNormalization, opset 13): expects [2] channels, got "
            "input [1, 3, 1, 1]");
}

}  // namespace
}  // namespace mien
