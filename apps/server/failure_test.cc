// SPDX-License-Identifier: Apache-2.0
#include "failure.h"

#include <gtest/gtest.h>

namespace mien::server {
namespace {

TEST(Failure, TellsCodeFieldAndMessage) {
  const Response response = FailureResponse(FailureOf(
      {ErrorCode::kInvalidArgument, "limit is 0; must be >= 1"}, "limit"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            "{\"code\":\"invalid_argument\",\"field\":\"limit\","
            "\"message\":\"limit is 0; must be >= 1\"}\n");
}

TEST(Failure, FieldIsNullWhenNoneIsAtFault) {
  EXPECT_EQ(FailureResponse(KeyUnknown()).body,
            "{\"code\":\"unauthorized\",\"field\":null,"
            "\"message\":\"the API key is not known, or was revoked\"}\n");
}

TEST(Failure, APictureThatCannotBeUsedIsNoServerError) {
  EXPECT_EQ(FailureOf({ErrorCode::kInvalidImage, ""}).status, 422);
  EXPECT_EQ(FailureOf({ErrorCode::kLimitExceeded, ""}).status, 413);
  EXPECT_EQ(FailureOf({ErrorCode::kIo, ""}).status, 500);
}

}  // namespace
}  // namespace mien::server
