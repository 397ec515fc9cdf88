// SPDX-License-Identifier: Apache-2.0
#include "train/ranks/address.h"

#include <gtest/gtest.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(ParseAddress, SplitsHostAndPort) {
  EXPECT_EQ(ParseAddress("10.0.0.1:29500").host, "10.0.0.1");
  EXPECT_EQ(ParseAddress("10.0.0.1:29500").port, 29500);
  EXPECT_EQ(ParseAddress("[fd00::1]:80").host, "fd00::1");
}

TEST(ParseAddress, QuotesWhatIsNoAddress) {
  for (const char* text : {"10.0.0.1", "host:", ":1", "host:0", "host:99999"}) {
    try {
      ParseAddress(text);
      FAIL() << text;
    } catch (const TrainError& error) {
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos);
    }
  }
}

TEST(OwnAddressTowards, IsTheLoopbackForTheLoopback) {
  EXPECT_EQ(OwnAddressTowards({"127.0.0.1", 29500}), "127.0.0.1");
}

TEST(OwnAddressTowards, NamesAMachineThatIsNotThere) {
  try {
    OwnAddressTowards({"no.such.machine.invalid", 1});
    FAIL() << "found it";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("no.such.machine.invalid"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace mien::train
