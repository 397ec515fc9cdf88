// SPDX-License-Identifier: Apache-2.0
//
// Expected values: worked by hand.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

/// x [1, 1, 1, 3] by two pointwise kernels 1 and -1 is x and -x.
NodeCase PlusAndMinus(const Tensor& x) {
  return {.op_type = "FusedConv",
          .inputs = {x, Floats({2, 1, 1, 1}, {1, -1})},
          .domain = std::string(kMienDomain)};
}

TEST(FusedConv, AddsBiasAndResidualBeforeTheActivation) {
  NodeCase conv = PlusAndMinus(Floats({1, 1, 1, 2}, {1, 2}));
  conv.inputs.emplace_back(Floats({2}, {10, 20}));
  conv.inputs.emplace_back(Floats({1, 2, 1, 2}, {-11, -13, -18, -18}));
  ExpectFloats(Output(conv), {1, 2, 1, 2}, {0, -1, 1, 0});
  conv.attributes["activation"] = std::string("Relu");
  ExpectFloats(Output(conv), {1, 2, 1, 2}, {0, 0, 1, 0});
}

TEST(FusedConv, TakesSlopesByChannel) {
  NodeCase conv = PlusAndMinus(Floats({1, 1, 1, 2}, {1, -2}));
  conv.inputs.resize(4);
  conv.inputs.emplace_back(Floats({2}, {0.5F, 0.25F}));
  conv.attributes["activation"] = std::string("PRelu");
  ExpectFloats(Output(conv), {1, 2, 1, 2}, {1, -1, -0.25F, 2});
  conv.inputs.back() = Floats({1}, {0.5F});
  ExpectFloats(Output(conv), {1, 2, 1, 2}, {1, -1, -0.5F, 2});
}

TEST(FusedConv, ClipsBetweenAlphaAndBeta) {
  NodeCase conv = PlusAndMinus(Floats({1, 1, 1, 2}, {1, 9}));
  conv.attributes = {
      {"activation", std::string("Clip")}, {"alpha", 0.0F}, {"beta", 6.0F}};
  ExpectFloats(Output(conv), {1, 2, 1, 2}, {1, 6, 0, 0});
}

TEST(FusedConv, KnowsEveryActivationOfFusedOps) {
  NodeCase conv = PlusAndMinus(Floats({1, 1, 1, 1}, {3}));
  const std::map<std::string, std::vector<float>> expected = {
      {"LeakyRelu", {3, -0.03F}},
      {"Sigmoid", {0.95257413F, 0.04742587F}},
      {"Tanh", {0.99505475F, -0.99505475F}},
      {"HardSigmoid", {1, 0}},
      {"HardSwish", {3, 0}},
      {"Swish", {2.8577224F, -0.14227762F}}};
  for (const auto& [name, values] : expected) {
    conv.attributes["activation"] = name;
    SCOPED_TRACE(name);
    ExpectFloats(Output(conv), {1, 2, 1, 1}, values);
  }
}

TEST(FusedConv, RefusesAResidualOfAnotherShape) {
  NodeCase conv = PlusAndMinus(Floats({1, 1, 1, 2}, {1, 2}));
  conv.inputs.emplace_back(std::nullopt);
  conv.inputs.emplace_back(Counted({1, 2, 1, 1}));
  EXPECT_EQ(FailureOf(conv),
            "node (mien.FusedConv, opset 13): residual [1, 2, 1, 1] for output "
            "[1, 2, 1, 2]");
}

TEST(FusedConv, RefusesAnUnknownActivation) {
  NodeCase conv = PlusAndMinus(Floats({1, 1, 1, 2}, {1, 2}));
  conv.attributes["activation"] = std::string("Relu7");
  EXPECT_EQ(FailureOf(conv),
            "node (mien.FusedConv, opset 13): unknown activation Relu7");
}

TEST(FusedGemm, MultipliesByRowsAndActivates) {
  // [1, 2] x [[1, 1], [-1, -1]]^T + [0, 1] = [3, -2]
  NodeCase gemm = {.op_type = "FusedGemm",
                   .inputs = {Floats({1, 2}, {1, 2}),
                              Floats({2, 2}, {1, 1, -1, -1}),
                              Floats({2}, {0, 1}),
                              Floats({2}, {0.5F, 0.25F})},
                   .domain = std::string(kMienDomain)};
  ExpectFloats(Output(gemm), {1, 2}, {3, -2});
  gemm.attributes["activation"] = std::string("PRelu");
  ExpectFloats(Output(gemm), {1, 2}, {3, -0.5F});
}

}  // namespace
}  // namespace mien
