// SPDX-License-Identifier: Apache-2.0
#include "mien/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace mien {
namespace {

Result<int> Half(int x) {
  if (x % 2 != 0) {
    return Error{ErrorCode::kInvalidArgument, "x is odd"};
  }
  return x / 2;
}

Result<void> CheckQuarter(int x, int& quarter) {
  MIEN_ASSIGN_OR_RETURN(const int half, Half(x));
  MIEN_RETURN_IF_ERROR(Half(half));
  quarter = half / 2;
  return {};
}

TEST(Result, HoldsAValue) {
  const Result<int> half = Half(4);
  ASSERT_TRUE(half);
  EXPECT_EQ(*half, 2);
  EXPECT_EQ(half.value_or(7), 2);
}

TEST(Result, HoldsAnError) {
  const Result<int> half = Half(3);
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(half.value_or(7), 7);
}

TEST(Result, MovesOutWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> owner = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = *std::move(owner);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, MacrosReturnTheFirstError) {
  int quarter = 0;
  EXPECT_TRUE(CheckQuarter(8, quarter));
  EXPECT_EQ(quarter, 2);
  EXPECT_EQ(CheckQuarter(6, quarter).error().message, "x is odd");
}

TEST(Result, ContextStandsBeforeTheMessage) {
  const Error error{ErrorCode::kIo, "disk full"};
  EXPECT_EQ(error.WithContext("a.jpg").message, "a.jpg: disk full");
  EXPECT_EQ(error.WithContext("a.jpg").code, ErrorCode::kIo);
}

TEST(Result, EveryCodeHasItsOwnName) {
  EXPECT_EQ(ErrorCodeName(ErrorCode::kInvalidArgument), "invalid_argument");
  EXPECT_EQ(ErrorCodeName(ErrorCode::kInternal), "internal");
}

}  // namespace
}  // namespace mien
