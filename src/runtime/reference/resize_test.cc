// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13 unless a comment says otherwise.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

NodeCase ResizeTo(const Tensor& x,
                  std::initializer_list<std::int64_t> sizes,
                  std::map<std::string, Attribute> attributes) {
  return {.op_type = "Resize",
          .inputs = {x, std::nullopt, std::nullopt, Ints(sizes)},
          .attributes = std::move(attributes)};
}

std::map<std::string, Attribute> Linear(const std::string& coordinates) {
  return {{"mode", std::string("linear")},
          {"coordinate_transformation_mode", coordinates}};
}

TEST(Resize, InterpolatesBetweenPixelCentres) {
  ExpectFloats(Output(ResizeTo(
                   Counted({1, 1, 2, 2}), {1, 1, 4, 4}, Linear("half_pixel"))),
               {1, 1, 4, 4},
               {0,
                0.25F,
                0.75F,
                1,
                0.5F,
                0.75F,
                1.25F,
                1.5F,
                1.5F,
                1.75F,
                2.25F,
                2.5F,
                2,
                2.25F,
                2.75F,
                3});
  ExpectFloats(Output(ResizeTo(
                   Counted({1, 1, 1, 5}), {1, 1, 1, 3}, Linear("half_pixel"))),
               {1, 1, 1, 3},
               {0.3333333F, 2, 3.666667F});
}

TEST(Resize, AlignsCorners) {
  ExpectFloats(
      Output(ResizeTo(
          Counted({1, 1, 1, 2}), {1, 1, 1, 4}, Linear("align_corners"))),
      {1, 1, 1, 4},
      {0, 0.3333333F, 0.6666667F, 1});
}

TEST(Resize, InterpolatesCubically) {
  ExpectFloats(
      Output(ResizeTo(Floats({1, 1, 1, 4}, {0, 1, 4, 9}),
                      {1, 1, 1, 6},
                      {{"mode", std::string("cubic")},
                       {"coordinate_transformation_mode",
                        std::string("pytorch_half_pixel")}})),
      {1, 1, 1, 6},
      {-0.08680558F, 0.21875F, 1.430555F, 3.152778F, 6.78125F, 9.434029F},
      1e-5F);
}

std::vector<float> Nearest(const std::string& coordinates,
                           const std::string& nearest_mode) {
  return Output(ResizeTo(Counted({1, 1, 1, 3}),
                         {1, 1, 1, 5},
                         {{"mode", std::string("nearest")},
                          {"coordinate_transformation_mode", coordinates},
                          {"nearest_mode", nearest_mode}}))
      .ToFloats();
}

TEST(Resize, TakesTheNearestByTheGivenRule) {
  // PyTorch's nearest and nearest-exact.
  EXPECT_EQ(Nearest("asymmetric", "floor"),
            (std::vector<float>{0, 0, 1, 1, 2}));
  EXPECT_EQ(Nearest("half_pixel", "round_prefer_floor"),
            (std::vector<float>{0, 0, 1, 2, 2}));
  // By hand: coordinates 0, 0.6, 1.2, 1.8, 2.4.
  EXPECT_EQ(Nearest("asymmetric", "ceil"), (std::vector<float>{0, 1, 2, 2, 2}));
  EXPECT_EQ(Nearest("asymmetric", "round_prefer_ceil"),
            (std::vector<float>{0, 1, 1, 2, 2}));
}

TEST(Resize, SplitsHalvesByTheGivenRule) {
  // By hand: coordinates 0, 0.5, 1, 1.5.
  NodeCase resize = {
      .op_type = "Resize",
      .inputs = {Counted({2}), std::nullopt, Floats({1}, {2})},
      .attributes = {
          {"coordinate_transformation_mode", std::string("asymmetric")},
          {"nearest_mode", std::string("round_prefer_floor")}}};
  ExpectFloats(Output(resize), {4}, {0, 0, 1, 1});
  resize.attributes["nearest_mode"] = std::string("round_prefer_ceil");
  ExpectFloats(Output(resize), {4}, {0, 1, 1, 1});
}

TEST(Resize, RefusesAScaleThatIsNotPositive) {
  EXPECT_EQ(
      FailureOf({.op_type = "Resize",
                 .inputs = {Counted({2}), std::nullopt, Floats({1}, {-1})}}),
      "node (Resize, opset 13): a scale of -1.000000 on an extent of 2");
}

TEST(Resize, RefusesToMakeAnAxisEmpty) {
  EXPECT_EQ(FailureOf(ResizeTo(Counted({2}), {0}, {})),
            "node (Resize, opset 13): axis 0 of [2] is or becomes empty");
}

}  // namespace
}  // namespace mien
