// SPDX-License-Identifier: Apache-2.0
#include "train/executor/device.h"

#include <gtest/gtest.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

/// What ParseDevice() throws, or "".
std::string Complaint(const std::string& name) {
  try {
    ParseDevice(name);
    return "";
  } catch (const TrainError& error) {
    return error.what();
  }
}

TEST(ParseDevice, KnowsTheProcessor) {
  EXPECT_EQ(ParseDevice("cpu"), torch::Device(torch::kCPU));
}

TEST(ParseDevice, NamesWordsThatAreNoDevice) {
  for (const char* name : {"gpu", "cuda:x", "meta", ""}) {
    EXPECT_EQ(Complaint(name),
              "the device is \"" + std::string(name) +
                  "\"; must be cpu, cuda or cuda:1");
  }
}

TEST(ParseDevice, SaysThatAGpuIsNotThere) {
  const std::string complaint = Complaint("cuda:99");
  EXPECT_EQ(complaint.find("the device cuda:99 cannot be used: "), 0U)
      << complaint;
  EXPECT_EQ(complaint.find('\n'), std::string::npos) << complaint;
  EXPECT_LT(complaint.size(), 200U) << complaint;
}

}  // namespace
}  // namespace mien::train
