// SPDX-License-Identifier: Apache-2.0
#include "train/loop/validation.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "train/loop/toy_people.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class ValidatorTest : public testing::Test {
 protected:
  ValidatorTest() { MakeToyPeople(options_.folders[0], 3); }

  TempDir dir_;
  ValidationOptions options_ = {.folders = {dir_.path() / "toy"},
                                .pairs = {},
                                .num_pairs = 100,
                                .input_px = kToyPx};
};

/// A network whose embedding is the chip's mean colour, which tells the toy
/// people apart.
Graph ColourNet() {
  GraphBuilder net("colour", nets::RandomParameters(1));
  const Value x = net.Input("input", {kDynamicDim, 3, kToyPx, kToyPx});
  net.Output(net.L2Normalize(net.Flatten(net.GlobalAveragePool(x), 3)),
             "embedding");
  Graph graph = std::move(net).Build();
  ModelContract contract;
  contract.name = "colour";
  contract.mean = {130.0F, 130.0F, 130.0F};
  StoreContract(contract, graph);
  return graph;
}

TEST_F(ValidatorTest, FindsThatColourTellsTheToyPeopleApart) {
  const Graph graph = ColourNet();
  TorchNet net(graph);
  const auto figures =
      Validator(options_).Run(net, ContractFromGraph(graph).value());
  EXPECT_GT(figures.at("accuracy"), 0.98);
  EXPECT_GT(figures.at("auc"), 0.99);
}

TEST_F(ValidatorTest, ReadsAListOfPairs) {
  options_.pairs = dir_.path() / "pairs.txt";
  ASSERT_TRUE(WriteFileAtomically(
      options_.pairs,
      "2 1\nperson1 1 2\nperson1 1 person4 1\nperson2 2 3\nperson2 1 person5 "
      "3\n"));
  const Graph graph = ColourNet();
  TorchNet net(graph);
  const auto figures =
      Validator(options_).Run(net, ContractFromGraph(graph).value());
  EXPECT_DOUBLE_EQ(figures.at("accuracy"), 1.0);
}

TEST_F(ValidatorTest, NamesAPictureThatTheDatasetsLack) {
  options_.pairs = dir_.path() / "pairs.txt";
  ASSERT_TRUE(WriteFileAtomically(options_.pairs,
                                  "1\nperson1 1 9\n"
                                  "person1 1 person2 1\n"));
  try {
    const Validator validator(options_);
    FAIL() << "found a picture that is not there";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("person1/person1_0009"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace mien::train
