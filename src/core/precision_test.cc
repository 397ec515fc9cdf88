// SPDX-License-Identifier: Apache-2.0
#include "mien/precision.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Precision, NamesAreTheCommandLines) {
  EXPECT_EQ(PrecisionName(Precision::kFloat32), "fp32");
  EXPECT_EQ(PrecisionName(Precision::kBfloat16), "bf16");
  EXPECT_EQ(PrecisionName(Precision::kInt8), "int8");
  EXPECT_EQ(PrecisionName(Precision::kAuto), "auto");
}

TEST(Precision, ParsesItsOwnNames) {
  for (const Precision precision : {Precision::kFloat32,
                                    Precision::kBfloat16,
                                    Precision::kInt8,
                                    Precision::kAuto}) {
    EXPECT_EQ(ParsePrecision(PrecisionName(precision)).value(), precision);
  }
}

TEST(Precision, ListsTheNamesWhenOneIsUnknown) {
  const auto precision = ParsePrecision("fp16");
  ASSERT_FALSE(precision);
  EXPECT_EQ(precision.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(precision.error().message,
            "precision is 'fp16'; must be fp32, bf16, int8 or auto");
}

}  // namespace
}  // namespace mien
