// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/model_origin.h"

#include <gtest/gtest.h>

#include "graph/contract.h"
#include "nets/nets.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(WithOrigin, StatesLicenceAndDataInTheContract) {
  const Graph graph = WithOrigin(nets::FaceSsd(nets::RandomParameters(1)),
                                 {.license = "research only",
                                  .training_data = "WIDER FACE",
                                  .notes = "seed 1"});
  const auto contract = ContractFromGraph(graph);
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->license, "research only");
  EXPECT_EQ(contract->training_data, "WIDER FACE");
  EXPECT_EQ(contract->notes, "seed 1");
  EXPECT_EQ(contract->detector_family, "mien-ssd");
}

TEST(WithOrigin, NeedsAContractToPutItIn) {
  EXPECT_THROW(WithOrigin(Graph(), {}), TrainError);
}

}  // namespace
}  // namespace mien::train
