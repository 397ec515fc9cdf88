// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13 unless a comment says otherwise.
#include "runtime/reference/node_case.h"

namespace mien {
namespace {

using Ints64 = std::vector<std::int64_t>;

/// A pool by 3x3 windows of stride 2 over [1, 1, 4, 4].
NodeCase ThreeByTwo(std::string op_type, std::int64_t pad) {
  return {.op_type = std::move(op_type),
          .inputs = {Counted({1, 1, 4, 4})},
          .attributes = {{"kernel_shape", Ints64{3, 3}},
                         {"strides", Ints64{2, 2}},
                         {"pads", Ints64{pad, pad, pad, pad}}}};
}

TEST(MaxPool, RoundsItsExtentsUpOnRequest) {
  NodeCase pool = ThreeByTwo("MaxPool", 0);
  ExpectFloats(Output(pool), {1, 1, 1, 1}, {10});
  pool.attributes["ceil_mode"] = std::int64_t{1};
  ExpectFloats(Output(pool), {1, 1, 2, 2}, {10, 11, 14, 15});
}

TEST(MaxPool, DropsAWindowThatBeginsInThePadding) {
  // By hand, PyTorch's rule: of [0 1 2 3] with one column of padding at the
  // end, windows of 1 and stride 2 begin at 0, 2 and in the padding.
  ExpectFloats(Output({.op_type = "MaxPool",
                       .inputs = {Counted({1, 1, 4})},
                       .attributes = {{"kernel_shape", Ints64{2}},
                                      {"strides", Ints64{2}},
                                      {"pads", Ints64{0, 1}},
                                      {"ceil_mode", std::int64_t{1}}}}),
               {1, 1, 2},
               {1, 3});
}

TEST(MaxPool, DoesNotCountPaddingAsZero) {
  // By hand.
  ExpectFloats(Output({.op_type = "MaxPool",
                       .inputs = {Floats({1, 1, 2}, {-3, -5})},
                       .attributes = {{"kernel_shape", Ints64{2}},
                                      {"pads", Ints64{1, 1}}}}),
               {1, 1, 3},
               {-3, -3, -5});
}

TEST(MaxPool, Dilates) {
  ExpectFloats(Output({.op_type = "MaxPool",
                       .inputs = {Counted({1, 1, 4, 4})},
                       .attributes = {{"kernel_shape", Ints64{2, 2}},
                                      {"dilations", Ints64{2, 2}}}}),
               {1, 1, 2, 2},
               {10, 11, 14, 15});
}

TEST(AveragePool, LeavesPaddingOutOrCountsIt) {
  NodeCase pool = ThreeByTwo("AveragePool", 1);
  ExpectFloats(Output(pool), {1, 1, 2, 2}, {2.5F, 4, 8.5F, 10});
  pool.attributes["count_include_pad"] = std::int64_t{1};
  ExpectFloats(
      Output(pool), {1, 1, 2, 2}, {1.111111F, 2.666667F, 5.666667F, 10});
}

TEST(AveragePool, CountsNothingBeyondThePadding) {
  NodeCase pool = ThreeByTwo("AveragePool", 1);
  pool.attributes["count_include_pad"] = std::int64_t{1};
  pool.attributes["ceil_mode"] = std::int64_t{1};
  ExpectFloats(Output(pool),
               {1, 1, 3, 3},
               {1.111111F,
                2.666667F,
                1.666667F,
                5.666667F,
                10,
                5.5F,
                4.166667F,
                7,
                3.75F});
}

TEST(GlobalPool, ReducesPlanes) {
  // By hand.
  const Tensor x = Floats({1, 2, 1, 2}, {1, 2, -3, -5});
  ExpectFloats(Output({.op_type = "GlobalAveragePool", .inputs = {x}}),
               {1, 2, 1, 1},
               {1.5F, -4});
  ExpectFloats(Output({.op_type = "GlobalMaxPool", .inputs = {x}}),
               {1, 2, 1, 1},
               {2, -3});
}

TEST(Pool, NeedsAWindowForEachSpatialAxis) {
  EXPECT_EQ(FailureOf({.op_type = "MaxPool", .inputs = {Counted({1, 1, 4})}}),
            "node (MaxPool, opset 13): has no kernel_shape");
}

TEST(Pool, RefusesAStrideOfZero) {
  NodeCase pool = ThreeByTwo("MaxPool", 0);
  pool.attributes["strides"] = Ints64{0, 1};
  EXPECT_EQ(FailureOf(pool),
            "node (MaxPool, opset 13): strides is [0, 1]; must be 2 numbers >= "
            "1");
}

}  // namespace
}  // namespace mien
