// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13 unless a comment says otherwise.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

/// Counted weights [2, 2, 2, 2], moved and scaled to (i - 8) / 4.
Tensor Weights() {
  std::vector<float> values;
  for (int i = 0; i < 16; ++i) {
    values.push_back(static_cast<float>(i - 8) / 4.0F);
  }
  return Tensor::Float({2, 2, 2, 2}, values);
}

/// `counted` with `shift` taken from every element.
Tensor Less(const Tensor& counted, float shift) {
  std::vector<float> values = counted.ToFloats();
  for (float& value : values) {
    value -= shift;
  }
  return Tensor::Float(counted.shape(), values);
}

TEST(Conv, AddsUpWindowsAndBias) {
  ExpectFloats(
      Output(
          {.op_type = "Conv",
           .inputs = {Counted({1, 2, 3, 3}), Weights(), Floats({2}, {1, -1})}}),
      {1, 2, 2, 2},
      {-36, -45, -63, -72, 66, 73, 87, 94});
}

TEST(Conv, StridesAndPads) {
  ExpectFloats(Output({.op_type = "Conv",
                       .inputs = {Counted({1, 2, 3, 3}), Weights()},
                       .attributes = {{"strides", Ints64{2, 2}},
                                      {"pads", Ints64{1, 1, 1, 1}}}}),
               {1, 2, 2, 2},
               {-2.25F, -11.75F, -25.5F, -73, 15.75F, 36.25F, 46.5F, 95});
}

TEST(Conv, Dilates) {
  ExpectFloats(Output({.op_type = "Conv",
                       .inputs = {Counted({1, 2, 3, 3}), Weights()},
                       .attributes = {{"dilations", Ints64{2, 2}},
                                      {"pads", Ints64{1, 1, 1, 1}}}}),
               {1, 2, 3, 3},
               {-8.25F,
                -20.25F,
                -12.5F,
                -22,
                -51.5F,
                -30.5F,
                -16.75F,
                -37.25F,
                -21,
                25.75F,
                47.75F,
                21.5F,
                46,
                84.5F,
                37.5F,
                17.25F,
                30.75F,
                13});
}

TEST(Conv, KeepsGroupsApart) {
  ExpectFloats(
      Output({.op_type = "Conv",
              .inputs = {Counted({1, 2, 3, 3}), Less(Counted({2, 1, 2, 2}), 4)},
              .attributes = {{"group", std::int64_t{2}}}}),
      {1, 2, 2, 2},
      {-13, -23, -43, -53, 73, 79, 91, 97});
}

TEST(Conv, RunsOverRows) {
  ExpectFloats(
      Output({.op_type = "Conv",
              .inputs = {Counted({1, 2, 4}), Less(Counted({1, 2, 3}), 3)},
              .attributes = {{"pads", Ints64{1, 1}}}}),
      {1, 1, 4},
      {13, 13, 10, -5});
}

TEST(Conv, TreatsPointwiseKernelsAlike) {
  // By hand: 1 * x0 + 2 * x1.
  ExpectFloats(
      Output({.op_type = "Conv",
              .inputs = {Counted({1, 2, 2, 2}), Floats({1, 2, 1, 1}, {1, 2})}}),
      {1, 1, 2, 2},
      {8, 11, 14, 17});
}

TEST(Conv, PutsTheOddPadWhereAutoPadSays) {
  // By hand: sums of neighbours; one column of padding on the right or left.
  NodeCase conv = {
      .op_type = "Conv",
      .inputs = {Counted({1, 1, 1, 3}), Floats({1, 1, 1, 2}, {1, 1})},
      .attributes = {{"auto_pad", std::string("SAME_UPPER")}}};
  ExpectFloats(Output(conv), {1, 1, 1, 3}, {1, 3, 2});
  conv.attributes["auto_pad"] = std::string("SAME_LOWER");
  ExpectFloats(Output(conv), {1, 1, 1, 3}, {0, 1, 3});
  conv.attributes["auto_pad"] = std::string("VALID");
  ExpectFloats(Output(conv), {1, 1, 1, 2}, {1, 3});
}

TEST(Conv, RoundsOperandsToBfloat16OnRequest) {
  // By hand: 1 + 2^-9 is no bfloat16 and becomes 1; 3 * 1 + 0.
  NodeCase conv = {.op_type = "Conv",
                   .inputs = {Floats({1, 1, 1, 1}, {1.001953125F}),
                              Floats({1, 1, 1, 1}, {3})}};
  ExpectFloats(Output(conv), {1, 1, 1, 1}, {3.005859375F});
  conv.options.rounding = ReferenceOptions::Rounding::kBfloat16;
  ExpectFloats(Output(conv), {1, 1, 1, 1}, {3});
}

TEST(Conv, NamesChannelsThatDoNotFit) {
  EXPECT_EQ(FailureOf({.op_type = "Conv",
                       .inputs = {Counted({1, 3, 3, 3}), Weights()}}),
            "node (Conv, opset 13): expects 2 x 1 channels, got 3");
}

TEST(Conv, RefusesAWindowLargerThanTheInput) {
  EXPECT_EQ(FailureOf({.op_type = "Conv",
                       .inputs = {Counted({1, 2, 1, 3}), Weights()}}),
            "node (Conv, opset 13): a window of 2 does not fit an extent of 1 "
            "with padding 0 and 0");
}

TEST(ConvTranspose, ScattersWithStridePadsAndBias) {
  ExpectFloats(Output({.op_type = "ConvTranspose",
                       .inputs = {Counted({1, 2, 2, 2}),
                                  Less(Counted({2, 1, 3, 3}), 9),
                                  Floats({1}, {0.5F})},
                       .attributes = {{"strides", Ints64{2, 2}},
                                      {"pads", Ints64{1, 1, 1, 1}},
                                      {"output_padding", Ints64{1, 1}}}}),
               {1, 1, 4, 4},
               {16.5F,
                29.5F,
                15.5F,
                21.5F,
                18.5F,
                30.5F,
                16.5F,
                32.5F,
                14.5F,
                25.5F,
                13.5F,
                23.5F,
                38.5F,
                79.5F,
                43.5F,
                53.5F});
}

TEST(ConvTranspose, KeepsGroupsApart) {
  ExpectFloats(
      Output({.op_type = "ConvTranspose",
              .inputs = {Counted({1, 2, 2, 2}), Less(Counted({2, 1, 2, 2}), 4)},
              .attributes = {{"strides", Ints64{2, 2}},
                             {"group", std::int64_t{2}}}}),
      {1, 2, 4, 4},
      {0, 0, -4, -3, 0, 0,  -2, -1, -8, -6, -12, -9, -4, -2, -6, -3,
       0, 4, 0,  5,  8, 12, 10, 15, 0,  6,  0,   7,  12, 18, 14, 21});
}

TEST(ConvTranspose, CutsDownToTheWishedShape) {
  // By hand: [1, 2] scattered by stride 2 under [1, 1, 1] is 1 1 3 2 2; one
  // element too many goes from the beginning.
  ExpectFloats(Output({.op_type = "ConvTranspose",
                       .inputs = {Floats({1, 1, 2}, {1, 2}),
                                  Floats({1, 1, 3}, {1, 1, 1})},
                       .attributes = {{"strides", Ints64{2}},
                                      {"output_shape", Ints64{4}}}}),
               {1, 1, 4},
               {1, 3, 2, 2});
}

}  // namespace
}  // namespace mien
