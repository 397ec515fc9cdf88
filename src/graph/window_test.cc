// SPDX-License-Identifier: Apache-2.0
#include "graph/window.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

using Ints = std::vector<std::int64_t>;

WindowAxis Resolve(std::string op,
                   std::map<std::string, Attribute> attributes,
                   std::int64_t in,
                   std::int64_t kernel) {
  const Node node{.name = "n",
                  .op_type = std::move(op),
                  .outputs = {"y"},
                  .attributes = std::move(attributes)};
  const auto axes = ResolveWindow(node, 13, {1, 2, in}, {4, 2, kernel});
  if (!axes) {
    ADD_FAILURE() << axes.error().message;
    return {};
  }
  return (*axes)[0];
}

std::string ErrorOf(std::map<std::string, Attribute> attributes,
                    const Shape& x,
                    const Shape& weight) {
  const Node node{.name = "n",
                  .op_type = "Conv",
                  .outputs = {"y"},
                  .attributes = std::move(attributes)};
  const auto axes = ResolveWindow(node, 13, x, weight);
  return axes ? "no error" : axes.error().message;
}

// Extents by the formula of torch.nn.Conv1d.
TEST(ResolveWindow, ConvolvesWithPadsStrideAndDilation) {
  EXPECT_EQ(Resolve("Conv", {}, 7, 3).out, 5);
  EXPECT_EQ(Resolve("Conv", {{"strides", Ints{2}}}, 160, 3).out, 79);
  EXPECT_EQ(Resolve("Conv", {{"pads", Ints{1, 1}}}, 7, 3).out, 7);
  EXPECT_EQ(Resolve("Conv", {{"dilations", Ints{2}}}, 7, 3).out, 3);
}

// Examples of TensorFlow's "same" padding: 5 elements, stride 2, window 2 or 3.
TEST(ResolveWindow, PadsToTheSameExtent) {
  const std::map<std::string, Attribute> upper = {
      {"auto_pad", std::string("SAME_UPPER")}, {"strides", Ints{2}}};
  WindowAxis axis = Resolve("Conv", upper, 5, 2);
  EXPECT_EQ(axis.out, 3);
  EXPECT_EQ(axis.pad_begin, 0);
  EXPECT_EQ(axis.pad_end, 1);
  const std::map<std::string, Attribute> lower = {
      {"auto_pad", std::string("SAME_LOWER")}, {"strides", Ints{2}}};
  axis = Resolve("Conv", lower, 5, 2);
  EXPECT_EQ(axis.pad_begin, 1);
  EXPECT_EQ(axis.pad_end, 0);
  axis = Resolve("Conv", upper, 5, 3);
  EXPECT_EQ(axis.pad_begin, 1);
  EXPECT_EQ(axis.pad_end, 1);
}

// torch.nn.functional.max_pool1d: 4 elements, window 2, stride 2, padding 1
// give 3; in ceil mode the fourth window would begin beyond the last element.
TEST(ResolveWindow, DropsCeilModeWindowsThatBeginInThePadding) {
  EXPECT_EQ(Resolve("MaxPool",
                    {{"ceil_mode", std::int64_t{1}}, {"strides", Ints{2}}},
                    160,
                    3)
                .out,
            80);
  EXPECT_EQ(Resolve("MaxPool", {{"strides", Ints{2}}}, 160, 3).out, 79);
  EXPECT_EQ(Resolve("MaxPool",
                    {{"ceil_mode", std::int64_t{1}},
                     {"strides", Ints{2}},
                     {"pads", Ints{1, 1}}},
                    4,
                    2)
                .out,
            3);
  EXPECT_EQ(Resolve("MaxPool",
                    {{"ceil_mode", std::int64_t{1}},
                     {"strides", Ints{3}},
                     {"pads", Ints{1, 1}}},
                    5,
                    2)
                .out,
            2);
}

// torch.nn.ConvTranspose1d: (in - 1) stride - 2 pad + kernel + output_padding.
TEST(ResolveWindow, TransposesConvolutions) {
  EXPECT_EQ(Resolve("ConvTranspose", {{"strides", Ints{2}}}, 4, 2).out, 8);
  EXPECT_EQ(Resolve("ConvTranspose",
                    {{"strides", Ints{2}},
                     {"pads", Ints{1, 1}},
                     {"output_padding", Ints{1}}},
                    4,
                    3)
                .out,
            8);
  const WindowAxis same =
      Resolve("ConvTranspose",
              {{"strides", Ints{2}}, {"auto_pad", std::string("SAME_UPPER")}},
              4,
              3);
  EXPECT_EQ(same.out, 8);
  EXPECT_EQ(same.pad_begin, 0);
  EXPECT_EQ(same.pad_end, 1);
}

TEST(ResolveWindow, NamesWhatDoesNotFit) {
  EXPECT_EQ(
      ErrorOf({}, {1, 2, 2}, {4, 2, 3}),
      "n (Conv, opset 13): a window of 3 does not fit an extent of 2 with "
      "padding 0 and 0");
  EXPECT_EQ(ErrorOf({{"kernel_shape", Ints{5}}}, {1, 2, 8}, {4, 2, 3}),
            "n (Conv, opset 13): kernel_shape is [5], but the weights are [4, "
            "2, 3]");
  EXPECT_EQ(ErrorOf({{"strides", Ints{0}}}, {1, 2, 8}, {4, 2, 3}),
            "n (Conv, opset 13): strides is [0]; must be 1 numbers >= 1");
  EXPECT_EQ(ErrorOf({{"pads", Ints{1}}}, {1, 2, 8}, {4, 2, 3}),
            "n (Conv, opset 13): pads is [1]; must be 2 numbers >= 0");
  EXPECT_EQ(ErrorOf({{"auto_pad", std::string("SAME")}}, {1, 2, 8}, {4, 2, 3}),
            "n (Conv, opset 13): auto_pad is 'SAME'");
  EXPECT_EQ(ErrorOf({}, {1, 2}, {}),
            "n (Conv, opset 13): expects [N, C, spatial...], got [1, 2]");
}

}  // namespace
}  // namespace mien
