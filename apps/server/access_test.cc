// SPDX-License-Identifier: Apache-2.0
#include "access.h"

#include <gtest/gtest.h>

#include "core/temp_dir.h"

namespace mien::server {
namespace {

class AccessTest : public testing::Test {
 protected:
  TempDir folder_;
  ApiKeys keys_{folder_ / "keys.json"};
  std::string reader_ = keys_.Create("r", Role::kRead, "").value();
  std::string enroller_ = keys_.Create("e", Role::kEnrol, "staff").value();
  Access closed_{keys_, {}};
  Access open_{keys_, {.open_reads = true}};
};

TEST_F(AccessTest, ReadsNeedAKeyUnlessTheyAreOpen) {
  EXPECT_EQ(closed_.Check({}, "peer", Role::kRead).verdict,
            Verdict::kKeyMissing);
  EXPECT_EQ(open_.Check({}, "peer", Role::kRead).verdict, Verdict::kAllowed);
  EXPECT_EQ(closed_.Check(reader_, "peer", Role::kRead).verdict,
            Verdict::kAllowed);
}

TEST_F(AccessTest, WritesAlwaysNeedAKeyThatAllowsThem) {
  EXPECT_EQ(open_.Check({}, "peer", Role::kEnrol).verdict,
            Verdict::kKeyMissing);
  EXPECT_EQ(open_.Check(reader_, "peer", Role::kEnrol).verdict,
            Verdict::kRoleTooLow);
  const Authorization allowed = open_.Check(enroller_, "peer", Role::kEnrol);
  EXPECT_EQ(allowed.verdict, Verdict::kAllowed);
  EXPECT_EQ(allowed.caller.collection, "staff");
  EXPECT_EQ(open_.Check(enroller_, "peer", Role::kAdminister).verdict,
            Verdict::kRoleTooLow);
}

TEST_F(AccessTest, AWrongKeyIsRefusedEvenForOpenReads) {
  EXPECT_EQ(open_.Check("wrong", "peer", Role::kRead).verdict,
            Verdict::kKeyUnknown);
}

TEST_F(AccessTest, LimitsTheRateOfEachClient) {
  Access limited(keys_, {.open_reads = true, .rate = 0.001});
  EXPECT_EQ(limited.Check({}, "a", Role::kRead).verdict, Verdict::kAllowed);
  EXPECT_EQ(limited.Check({}, "a", Role::kRead).verdict, Verdict::kTooMany);
  EXPECT_EQ(limited.Check({}, "b", Role::kRead).verdict, Verdict::kAllowed);
  EXPECT_EQ(limited.Check(reader_, "a", Role::kRead).verdict,
            Verdict::kAllowed);
}

TEST(KeyOf, ReadsBothHeaders) {
  Request request;
  EXPECT_FALSE(KeyOf(request));
  request.headers = {{"x-api-key", "k1"}};
  EXPECT_EQ(KeyOf(request), "k1");
  request.headers = {{"authorization", "Bearer k2"}};
  EXPECT_EQ(KeyOf(request), "k2");
  request.headers = {{"authorization", "Basic abc"}};
  EXPECT_FALSE(KeyOf(request));
}

TEST(NamesThisMachine, KnowsTheNamesOfLoopback) {
  EXPECT_TRUE(NamesThisMachine("localhost:8080"));
  EXPECT_TRUE(NamesThisMachine("127.0.0.1"));
  EXPECT_TRUE(NamesThisMachine("[::1]:8080"));
  EXPECT_FALSE(NamesThisMachine("127.evil.example"));
  EXPECT_FALSE(NamesThisMachine("localhost.evil.example:8080"));
  EXPECT_FALSE(NamesThisMachine(""));
}

}  // namespace
}  // namespace mien::server
